// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink on descriptors of the host: udm_netlink_socket().
 *
 * Such a socket is a pair of the host's, of which the application has one end and
 * this file the other, and a netlink socket that belongs to nobody but this file.
 * Serving it is to hand what the application wrote to the netlink socket, and
 * what that has for the application to the pair, datagram by datagram. In sim
 * mode udm_netlink_serve() does it; in threads mode a thread, which sleeps in the
 * host's epoll and is woken by the pair or, through an event descriptor, by the
 * netlink socket. A datagram stays on the netlink socket until the pair has room,
 * so a reader that is slow slows dumps down, and loses notifications, as it
 * would there.
 *
 * The name of our end has the length and, for the application, the port of an
 * address of the kernel's: clients look at both.
 *
 * nl_fd_lock covers the list and everything in it, and is held while a socket is
 * served. It is taken before any lock of a family.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <udevmem/boot.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>
#include <udevmem/task.h>

#include "af_netlink.h"

/* The longest request: what an application may have in flight on a netlink socket. */
#define REQUEST_MAX	(SK_RMEM_DEFAULT - 32)

struct netlink_fd {
	struct list_head node;
	struct socket *sock;
	const struct cred *cred;	/* of who opened it: requests are made with these */
	int end;			/* ours of the pair */
	u64 number;
	dev_t dev;			/* which file the other end is, dup()s included */
	u64 ino;
	bool lost;			/* the application has yet to be told of an overrun */
	bool waits;			/* for room in the pair */
};

static DEFINE_MUTEX(nl_fd_lock);
static LIST_HEAD(nl_fds);
static u64 last_number;
static char *request;			/* REQUEST_MAX bytes, while there are sockets */

/* The thread of threads mode. The descriptors stay for the next machine. */
static struct udm_thread *server;
static bool server_stops;
static int server_epoll = -1, server_wake = -1;

/* --- Towards the application --------------------------------------------- */

/* False if the pair has no room. An application that is gone takes everything. */
static bool give(const struct netlink_fd *nf, const void *data, size_t len)
{
	return send(nf->end, data, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno != EAGAIN;
}

/* Where a read would fail with ENOBUFS there is a message: the host's read cannot fail. */
static bool give_overrun(struct netlink_fd *nf)
{
	const struct nlmsghdr overrun = {
		.nlmsg_len = sizeof(overrun), .nlmsg_type = NLMSG_OVERRUN,
	};

	nf->lost |= sock_error(nf->sock->sk) < 0;
	if (nf->lost && give(nf, &overrun, sizeof(overrun)))
		nf->lost = false;
	return !nf->lost;
}

/* What has been read makes room for more of a dump. */
static void continue_dump(struct sock *sk)
{
	struct netlink_sock *nlk = nlk_sk(sk);
	int err = 0;

	if (READ_ONCE(nlk->cb_running) && atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf / 2)
		err = netlink_dump_continue(sk);
	if (err)
		WRITE_ONCE(sk->sk_err, -err);
}

/* Everything there is, as far as the pair has room. */
static void serve_answers(struct netlink_fd *nf)
{
	struct sock *sk = nf->sock->sk;
	struct sk_buff *skb;

	nf->waits = false;
	while (give_overrun(nf)) {
		/* Only this function takes from the queue, so the first one stays the first. */
		skb = skb_peek(&sk->sk_receive_queue);
		if (!skb)
			return;
		if (!give(nf, skb->data, skb->len))
			break;
		skb_unlink(skb, &sk->sk_receive_queue);
		consume_skb(skb);
		continue_dump(sk);
	}
	nf->waits = true;
}

/* --- From the application ------------------------------------------------ */

static void make_request(struct netlink_fd *nf, size_t len)
{
	struct iovec iov = { .iov_base = request, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	const struct cred *own = override_creds(nf->cred);

	nf->sock->ops->sendmsg(nf->sock, &msg, len);
	revert_creds(own);
}

/*
 * Takes one datagram; its length, 0 if it was none to hand on, negative if none waits.
 * An empty one and the end of the pair look the same but for the sender's credentials.
 */
static ssize_t take_datagram(const struct netlink_fd *nf, bool *gone)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(3 * sizeof(int))];
	} sender;
	struct iovec iov = { .iov_base = request, .iov_len = REQUEST_MAX };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = &sender, .msg_controllen = sizeof(sender) };
	ssize_t len;

	/* A reset, of answers that were not read, is told once, before what was written. */
	do {
		len = recvmsg(nf->end, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (len < 0 && (errno == ECONNRESET || errno == EINTR));
	*gone = len == 0 && !msg.msg_controllen;
	*gone |= len < 0 && errno != EAGAIN;
	/* A request that is cut is none. */
	return len > 0 && msg.msg_flags & MSG_TRUNC ? 0 : len;
}

/* Requests handled; *gone if the application has closed its end. */
static int serve_requests(struct netlink_fd *nf, bool *gone)
{
	int handled = 0;
	ssize_t len;

	while ((len = take_datagram(nf, gone)) >= 0 && !*gone) {
		if (!len)
			continue;
		make_request(nf, len);
		serve_answers(nf);
		handled++;
	}
	return handled;
}

/* --- One socket ---------------------------------------------------------- */

static void netlink_fd_free(struct netlink_fd *nf)
{
	list_del(&nf->node);
	/* Its private areas go with it: what is bound through them is unbound here. */
	sock_release(nf->sock);
	if (nf->end >= 0)
		close(nf->end);
	put_cred(nf->cred);
	kfree(nf);
	if (list_empty(&nl_fds)) {
		kvfree(request);
		request = NULL;
	}
}

static void await_events(const struct netlink_fd *nf, int op)
{
	struct epoll_event event = {
		.events = EPOLLIN | (nf->waits ? EPOLLOUT : 0), .data.u64 = nf->number,
	};

	if (!udm_sim())
		epoll_ctl(server_epoll, op, nf->end, &event);
}

static int serve(struct netlink_fd *nf)
{
	bool waited = nf->waits, gone = false;
	int handled;

	serve_answers(nf);
	handled = serve_requests(nf, &gone);
	if (gone)
		netlink_fd_free(nf);
	else if (nf->waits != waited)
		await_events(nf, EPOLL_CTL_MOD);
	return handled;
}

static int serve_all(void)
{
	struct netlink_fd *nf, *next;
	int handled = 0;

	guard(mutex)(&nl_fd_lock);
	list_for_each_entry_safe(nf, next, &nl_fds, node)
		handled += serve(nf);
	return handled;
}

/* --- The server ---------------------------------------------------------- */

/* Any context: the netlink socket has something for the application. */
static void netlink_fd_ready(struct sock *sk)
{
	const u64 one = 1;

	if (!udm_sim() && write(server_wake, &one, sizeof(one)) < 0)
		WARN_ON_ONCE(errno != EAGAIN);
}

static void *server_thread(void *unused)
{
	struct epoll_event event;
	u64 count;

	while (!smp_load_acquire(&server_stops)) {
		if (epoll_wait(server_epoll, &event, 1, -1) > 0 && !event.data.u64 &&
		    read(server_wake, &count, sizeof(count)) < 0)
			continue;
		serve_all();
	}
	return NULL;
}

static int server_descriptors(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd;

	if (server_epoll >= 0)
		return 0;
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	server_wake = udm_fd_park(fd);
	close(fd);
	fd = epoll_create1(EPOLL_CLOEXEC);
	server_epoll = fd < 0 ? -1 : udm_fd_park(fd);
	if (fd >= 0)
		close(fd);
	if (server_wake >= 0 && server_epoll >= 0 &&
	    !epoll_ctl(server_epoll, EPOLL_CTL_ADD, server_wake, &event))
		return 0;
	close(server_wake);
	close(server_epoll);
	server_wake = server_epoll = -1;
	return -EMFILE;
}

/* nl_fd_lock held. */
static int server_start(void)
{
	int err;

	if (udm_sim() || server)
		return 0;
	err = server_descriptors();
	if (err)
		return err;
	server_stops = false;
	server = udm_thread_create("netlink-fd", server_thread, NULL);
	return server ? 0 : -ENOMEM;
}

static void server_stop(void)
{
	struct udm_thread *thread = server;
	const u64 one = 1;

	if (!thread)
		return;
	smp_store_release(&server_stops, true);
	WARN_ON(write(server_wake, &one, sizeof(one)) < 0);
	udm_thread_join(thread);
	server = NULL;
}

/* --- Opening and closing ------------------------------------------------- */

/*
 * An address of the length of sockaddr_nl whose port is the kernel's, 0; what would be its
 * groups makes it the only one of its name.
 */
static int name_end(int end)
{
	const socklen_t len = sizeof(struct sockaddr_nl);
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	static u32 last;
	u32 tries, unique;

	for (tries = 0; tries < 1000; tries++) {
		unique = (u32)getpid() * 2654435761u + ++last;
		memcpy((char *)&name + offsetof(struct sockaddr_nl, nl_groups), &unique,
		       sizeof(unique));
		if (!bind(end, (struct sockaddr *)&name, len))
			return 0;
		if (errno != EADDRINUSE)
			break;
	}
	return -errno;
}

/* The pair: our end into @nf, the application's is returned. */
static int open_pair(struct netlink_fd *nf)
{
	int ends[2], on = 1, err;
	struct stat st;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	nf->end = udm_fd_park(ends[1]);
	close(ends[1]);
	err = nf->end < 0 ? -EMFILE : name_end(nf->end);
	if (!err && (setsockopt(nf->end, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) ||
		     fstat(ends[0], &st)))
		err = -errno;
	if (err) {
		close(ends[0]);
		return err;
	}
	nf->dev = st.st_dev;
	nf->ino = st.st_ino;
	return ends[0];
}

static int open_netlink(struct netlink_fd *nf)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int err = __sock_create(current->nsproxy->net_ns, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC,
				&nf->sock, 0);

	if (err)
		return err;
	err = nf->sock->ops->bind(nf->sock, (struct sockaddr *)&any, sizeof(any));
	if (!err && !request)
		request = kvmalloc(REQUEST_MAX, GFP_KERNEL);
	if (!err && request)
		return 0;
	sock_release(nf->sock);
	return err ?: -ENOMEM;
}

static int netlink_fd_open(void)
{
	struct netlink_fd *nf;
	int fd, err;

	guard(mutex)(&nl_fd_lock);
	err = server_start();
	if (err)
		return err;
	nf = kzalloc(sizeof(*nf), GFP_KERNEL);
	if (!nf)
		return -ENOMEM;
	err = open_netlink(nf);
	if (err) {
		kfree(nf);
		return err;
	}
	nf->number = ++last_number;
	nf->cred = get_current_cred();
	nf->end = -1;
	list_add_tail(&nf->node, &nl_fds);
	fd = open_pair(nf);
	if (fd < 0) {
		netlink_fd_free(nf);
		return fd;
	}
	nf->sock->sk->sk_data_ready = netlink_fd_ready;
	nf->sock->sk->sk_error_report = netlink_fd_ready;
	await_events(nf, EPOLL_CTL_ADD);
	return fd;
}

/* nl_fd_lock held. */
static struct netlink_fd *netlink_fd_of(int fd)
{
	struct netlink_fd *nf;
	struct stat st;

	if (fstat(fd, &st))
		return NULL;
	list_for_each_entry(nf, &nl_fds, node)
		if (nf->ino == st.st_ino && nf->dev == st.st_dev)
			return nf;
	return NULL;
}

static int netlink_fd_setsockopt(int fd, int optname, int value)
{
	struct netlink_fd *nf;

	guard(mutex)(&nl_fd_lock);
	nf = netlink_fd_of(fd);
	if (!nf)
		return -ENOTSOCK;
	return nf->sock->ops->setsockopt(nf->sock, SOL_NETLINK, optname, KERNEL_SOCKPTR(&value),
					 sizeof(value));
}

static int netlink_fd_portid(int fd, u32 *portid)
{
	struct netlink_fd *nf;

	guard(mutex)(&nl_fd_lock);
	nf = netlink_fd_of(fd);
	if (!nf)
		return -ENOTSOCK;
	*portid = nlk_sk(nf->sock->sk)->portid;
	return 0;
}

static int netlink_fd_close(int fd)
{
	struct netlink_fd *nf;

	guard(mutex)(&nl_fd_lock);
	nf = netlink_fd_of(fd);
	if (!nf)
		return -ENOTSOCK;
	close(fd);
	/* What was written before is handled; what was dup()ed keeps it open. */
	serve(nf);
	return 0;
}

/* --- The calls ----------------------------------------------------------- */

static int nl_fd_result(int ret)
{
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

int udm_netlink_socket(void)
{
	int ret;

	udm_call_begin();
	ret = netlink_fd_open();
	udm_call_end();
	return nl_fd_result(ret);
}

int udm_netlink_serve(void)
{
	int ret;

	if (!udm_sim())
		return 0;
	udm_call_begin();
	ret = serve_all();
	udm_call_end();
	return ret;
}

int udm_netlink_setsockopt(int fd, int optname, int value)
{
	int ret;

	udm_call_begin();
	ret = netlink_fd_setsockopt(fd, optname, value);
	udm_call_end();
	return nl_fd_result(ret);
}

int udm_netlink_portid(int fd, uint32_t *portid)
{
	int ret;

	udm_call_begin();
	ret = netlink_fd_portid(fd, portid);
	udm_call_end();
	return nl_fd_result(ret);
}

int udm_netlink_close(int fd)
{
	int ret;

	udm_call_begin();
	ret = netlink_fd_close(fd);
	udm_call_end();
	return nl_fd_result(ret);
}

/* --- Boot ---------------------------------------------------------------- */

static int __init netlink_fd_init(void)
{
	return 0;
}
late_initcall(netlink_fd_init);

/* Before anything of the families goes. The machine's end is the end of the pairs too. */
static void __exit netlink_fd_exit(void)
{
	struct netlink_fd *nf, *next;

	server_stop();
	scoped_guard(mutex, &nl_fd_lock)
		list_for_each_entry_safe(nf, next, &nl_fds, node)
			netlink_fd_free(nf);
	/* What was bound is freed from work items, some of them after a grace period. */
	rcu_barrier();
	flush_workqueue(system_wq);
}
__exitcall(netlink_fd_exit);
