// SPDX-License-Identifier: GPL-2.0-only
/*
 * A network namespace of our own with a TAP interface in it.
 *
 * A short-lived child makes both and passes descriptors of the interface and of its
 * namespaces back; from then on these descriptors are all that keeps the namespace.
 * The child of a program with threads may do little but make system calls: it allocates
 * nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <udevmem/netns.h>
#include <unistd.h>

#include "rtnl.h"

enum { FD_TAP, FD_NET, FD_USER, NUM_FDS };

/* What the child reports: why not, or the descriptors that come along. */
struct outcome {
	int error;
	const char *what;	/* of the child's memory, which is a copy of the parent's */
	const char *which;
	int has_user;
};

struct udm_netns {
	int fds[NUM_FDS];	/* FD_USER: -1 without a user namespace of its own */
};

/* --- In the child -------------------------------------------------------- */

static struct outcome failed(int error, const char *what, const char *which)
{
	return (struct outcome){ .error = error, .what = what, .which = which };
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* "0 ID 1": the one id there is shows as root's. */
static void map_text(unsigned int id, char text[32])
{
	char digits[16];
	size_t n = 0, at = 2;

	do
		digits[n++] = (char)('0' + id % 10);
	while (id /= 10);
	memcpy(text, "0 ", 2);
	while (n)
		text[at++] = digits[--n];
	memcpy(text + at, " 1", 3);
}

static struct outcome enter_user(uid_t uid, gid_t gid)
{
	char uids[32], gids[32];
	int error;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return failed(errno, "a network namespace needs root, or permission for user namespaces",
			      "");
	map_text(uid, uids);
	map_text(gid, gids);
	error = write_text("/proc/self/setgroups", "deny");
	if (!error)
		error = write_text("/proc/self/uid_map", uids);
	if (!error)
		error = write_text("/proc/self/gid_map", gids);
	if (error)
		return failed(error, "mapping the user into a user namespace", "");
	return (struct outcome){ .has_user = 1 };
}

static struct outcome enter(void)
{
	if (!unshare(CLONE_NEWNET))
		return (struct outcome){ 0 };
	if (errno != EPERM)
		return failed(errno, "making a network namespace", "");
	return enter_user(geteuid(), getegid());
}

static struct outcome make_tap(const struct udm_netns_config *cfg, int *fd)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	*fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return failed(errno, "opening ", "/dev/net/tun");
	if (cfg->offload)
		ifr.ifr_flags |= IFF_VNET_HDR;
	memcpy(ifr.ifr_name, cfg->ifname, strlen(cfg->ifname) + 1);
	if (ioctl(*fd, TUNSETIFF, &ifr))
		return failed(errno, "making the interface ", cfg->ifname);
	if (cfg->offload && ioctl(*fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6))
		return failed(errno, "switching offloads on for ", cfg->ifname);
	return (struct outcome){ 0 };
}

static struct outcome bring_up(const struct udm_netns_config *cfg)
{
	unsigned int ifindex = if_nametoindex(cfg->ifname);
	int nl = rtnl_open(), ret;

	if (nl < 0)
		return failed(-nl, "opening an rtnetlink socket", "");
	for (const char *const *a = cfg->addresses; a && *a; a++) {
		ret = rtnl_add_address(nl, ifindex, *a);
		if (ret)
			return failed(-ret, "adding the address ", *a);
	}
	ret = rtnl_link_up(nl, ifindex, cfg->mtu);
	if (ret)
		return failed(-ret, "bringing up ", cfg->ifname);
	ret = rtnl_link_up(nl, if_nametoindex("lo"), 0);
	return ret ? failed(-ret, "bringing up ", "lo") : (struct outcome){ 0 };
}

static struct outcome set_up(const struct udm_netns_config *cfg, int fds[NUM_FDS])
{
	struct outcome o = enter(), next = o.error ? o : make_tap(cfg, &fds[FD_TAP]);

	if (!next.error)
		next = bring_up(cfg);
	if (next.error)
		return next;
	fds[FD_NET] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	fds[FD_USER] = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	return fds[FD_NET] < 0 || fds[FD_USER] < 0 ? failed(errno, "opening ", "/proc/self/ns") : o;
}

/* --- Between child and parent -------------------------------------------- */

union fd_control {
	struct cmsghdr align;
	char room[CMSG_SPACE(NUM_FDS * sizeof(int))];
};

static struct msghdr message(struct iovec *iov, union fd_control *control)
{
	return (struct msghdr){
		.msg_iov = iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(*control),
	};
}

static void report(int to, struct outcome *o, const int fds[NUM_FDS])
{
	struct iovec iov = { .iov_base = o, .iov_len = sizeof(*o) };
	union fd_control control = { 0 };
	struct msghdr msg = message(&iov, &control);
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	if (o->error) {
		msg.msg_controllen = 0;
	} else {
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(NUM_FDS * sizeof(int));
		memcpy(CMSG_DATA(c), fds, NUM_FDS * sizeof(int));
	}
	sendmsg(to, &msg, 0);
}

static struct outcome hear(int from, int fds[NUM_FDS])
{
	struct outcome o = { 0 };
	struct iovec iov = { .iov_base = &o, .iov_len = sizeof(o) };
	union fd_control control;
	struct msghdr msg = message(&iov, &control);
	ssize_t n;

	do
		n = recvmsg(from, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(o) || (!o.error && !CMSG_FIRSTHDR(&msg)))
		return failed(n < 0 ? errno : EMFILE, "hearing from the child", "");
	if (!o.error)
		memcpy(fds, CMSG_DATA(CMSG_FIRSTHDR(&msg)), NUM_FDS * sizeof(int));
	return o;
}

static void await(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static struct outcome make(const struct udm_netns_config *cfg, int fds[NUM_FDS])
{
	int pair[2];
	struct outcome o;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return failed(errno, "making a socket pair", "");
	pid = fork();
	if (!pid) {
		o = set_up(cfg, fds);
		report(pair[1], &o, fds);
		_exit(0);
	}
	close(pair[1]);
	o = pid < 0 ? failed(errno, "fork", "") : hear(pair[0], fds);
	close(pair[0]);
	if (pid > 0)
		await(pid);
	return o;
}

/* --- The calls ----------------------------------------------------------- */

static struct udm_netns *refuse(struct outcome o, char *err, size_t size)
{
	snprintf(err, size, "%s%s: %s", o.what, o.which, strerror(o.error));
	errno = o.error;
	return NULL;
}

struct udm_netns *udm_netns_create(const struct udm_netns_config *cfg, char *err, size_t size)
{
	struct udm_netns_config c = cfg ? *cfg : (struct udm_netns_config){ 0 };
	struct udm_netns *ns;
	struct outcome o;

	c.ifname = c.ifname ? c.ifname : "tap0";
	if (!*c.ifname || strlen(c.ifname) >= IFNAMSIZ)
		return refuse(failed(EINVAL, "interface name ", c.ifname), err, size);
	ns = malloc(sizeof(*ns));
	if (!ns)
		return refuse(failed(ENOMEM, "network namespace", ""), err, size);
	o = make(&c, ns->fds);
	if (o.error) {
		free(ns);
		return refuse(o, err, size);
	}
	if (!o.has_user) {
		close(ns->fds[FD_USER]);
		ns->fds[FD_USER] = -1;
	}
	return ns;
}

int udm_netns_tap(const struct udm_netns *ns)
{
	return ns->fds[FD_TAP];
}

int udm_netns_fd(const struct udm_netns *ns)
{
	return ns->fds[FD_NET];
}

pid_t udm_netns_spawn(const struct udm_netns *ns, char *const argv[])
{
	pid_t pid = fork();
	const char *why;

	/* By both: neither goes on before it is so. */
	if (pid >= 0)
		setpgid(pid, pid);
	if (pid)
		return pid;
	if ((ns->fds[FD_USER] < 0 || !setns(ns->fds[FD_USER], CLONE_NEWUSER)) &&
	    !setns(ns->fds[FD_NET], CLONE_NEWNET))
		execvp(argv[0], argv);
	why = strerrordesc_np(errno);
	dprintf(STDERR_FILENO, "udevmem: %s: %s\n", argv[0], why ? why : "cannot be started");
	_exit(127);
}

void udm_netns_destroy(struct udm_netns *ns)
{
	if (!ns)
		return;
	for (unsigned int i = 0; i < NUM_FDS; i++)
		if (ns->fds[i] >= 0)
			close(ns->fds[i]);
	free(ns);
}
