// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where udevmem listen and udevmem connect work.
 *
 * Everything here is what an administrator would do, through the host API. Each step
 * that can fail leaves one line in err; the way down is the same from wherever the way
 * up ended.
 */
#include "station.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include <unistd.h>

#include "steering.h"

enum {
	RING_ENTRIES = 256,
	LINK_MS = 5000,		/* a link that is not there by then does not come */
	STEP_NS = 1000000,
	GRACE_MS = 2000,	/* from being asked to end to being ended */
};

__attribute__((format(printf, 2, 3)))
static bool fail(struct station *st, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(st->err, sizeof(st->err), fmt, ap);
	va_end(ap);
	return false;
}

static bool boot(struct station *st)
{
	const struct endpoint_options *opt = st->opt;
	char cmdline[64];
	const struct udm_config cfg = {
		.mode = opt->machine.mode,
		.seed = opt->machine.seed,
		.iommu = opt->machine.iommu,
		.cmdline = cmdline,
	};
	int ret;

	buffer_cmdline(opt->machine.dmabuf, cmdline, sizeof(cmdline));
	udm_warn_reset();
	ret = udm_boot(&cfg);
	if (ret)
		return fail(st, "the machine does not start: %s", strerror(-ret));
	st->booted = true;
	st->netlink = udm_netlink_open();
	st->socket = udm_socket(AF_INET, SOCK_DGRAM, 0);
	if (st->netlink < 0 || st->socket < 0)
		return fail(st, "cannot open a socket: %s", strerror(errno));
	return true;
}

static bool make_nic(struct station *st, struct udm_netdev **nic, unsigned int queues,
		     const char *ipv4, const char *ipv6)
{
	const struct udm_netdev_config cfg = {
		.queues = queues,
		.ring_entries = RING_ENTRIES,
		.pause = true,
		.gro_hw = st->opt->machine.gro_hw,
	};
	char text[64];

	*nic = udm_netdev_create(&cfg);
	if (!*nic || udm_netdev_up(*nic))
		return fail(st, "cannot make the NIC: %s", strerror(errno));
	snprintf(text, sizeof(text), "%s/24", ipv4);
	if (udm_netdev_add_address(*nic, text))
		return fail(st, "cannot give the NIC the address %s: %s", text, strerror(errno));
	snprintf(text, sizeof(text), "%s/64", ipv6);
	if (udm_netdev_add_address(*nic, text))
		return fail(st, "cannot give the NIC the address %s: %s", text, strerror(errno));
	return true;
}

/* --- The other end ------------------------------------------------------- */

static bool plug_into_nic(struct station *st)
{
	if (!make_nic(st, &st->peer_nic, 1, PEER_IPV4, PEER_IPV6))
		return false;
	st->wire = udm_wire_loopback(udm_netdev_hw(st->nic), udm_netdev_hw(st->peer_nic));
	return st->wire || fail(st, "cannot plug the cable in: %s", strerror(errno));
}

static bool plug_into_host(struct station *st)
{
	st->wire = udm_wire_tap(udm_netns_tap(st->ns), udm_netdev_hw(st->nic), st->err,
				sizeof(st->err));
	return st->wire;
}

static bool make_namespace(struct station *st)
{
	static const char *const addresses[] = { PEER_IPV4 "/24", PEER_IPV6 "/64", NULL };
	const struct udm_netns_config cfg = { .addresses = addresses,
					      .offload = st->opt->offload };
	char why[ENDPOINT_ERROR - 8];

	st->ns = udm_netns_create(&cfg, why, sizeof(why));
	return st->ns || fail(st, "--tap: %s", why);
}

static bool await_link(struct station *st)
{
	const uint64_t end = udm_now() + LINK_MS * 1000000ull;

	while (!steering_link(st->socket, udm_netdev_name(st->nic))) {
		if (udm_now() > end)
			return fail(st, "the wire has no link");
		udm_advance(STEP_NS);
	}
	return true;
}

/* --- Device memory ------------------------------------------------------- */

static bool bound(struct station *st, int ret, const char *why)
{
	return !ret || fail(st, "cannot bind the dma-buf: %s%s%s", strerror(errno),
			    *why ? ": " : "", why);
}

static bool bind_rx(struct station *st)
{
	const struct endpoint_options *opt = st->opt;
	const unsigned int queue = opt->machine.queues - 1;
	const int ifindex = udm_netdev_ifindex(st->nic);
	const char *ifname = udm_netdev_name(st->nic);
	char why[ENDPOINT_ERROR / 2] = "";

	if (udm_ethtool_set_data_split(st->netlink, ifindex, true, 0, why, sizeof(why)))
		return fail(st, "cannot switch header-data split on: %s: %s", strerror(errno), why);
	if (queue && (steering_spread(st->socket, ifname, queue) ||
		      steering_port(st->socket, ifname, opt->port, opt->listens, queue)))
		return fail(st, "cannot steer the connection to a queue: %s", strerror(errno));
	if (!buffer_make(&st->rx, opt->machine.exporter, opt->machine.dmabuf, PROT_READ, st->err,
			 sizeof(st->err)))
		return false;
	return bound(st, udm_netdev_bind_rx(st->netlink, ifindex, st->rx.fd, &queue, 1, &st->rx_id,
					    why, sizeof(why)), why);
}

static bool bind_tx(struct station *st)
{
	const struct machine_options *machine = &st->opt->machine;
	char why[ENDPOINT_ERROR / 2] = "";

	if (!buffer_make(&st->tx, machine->exporter, machine->dmabuf, PROT_READ | PROT_WRITE,
			 st->err, sizeof(st->err)))
		return false;
	return bound(st, udm_netdev_bind_tx(st->netlink, udm_netdev_ifindex(st->nic), st->tx.fd,
					    &st->tx_id, why, sizeof(why)), why);
}

bool station_up(struct station *st, const struct endpoint_options *opt)
{
	*st = (struct station){ .opt = opt, .netlink = -1, .socket = -1, .rx = NO_BUFFER,
				.tx = NO_BUFFER };
	if (!opt->loop && !make_namespace(st))
		return false;
	if (!boot(st) || !make_nic(st, &st->nic, opt->machine.queues, OUR_IPV4, OUR_IPV6))
		return false;
	if (!(opt->loop ? plug_into_nic(st) : plug_into_host(st)) || !await_link(st))
		return false;
	if (opt->loss)
		udm_wire_set_loss(st->wire, opt->loss, opt->machine.seed);
	if (opt->rx_devmem && !bind_rx(st))
		return false;
	return !opt->tx_devmem || !opt->input || bind_tx(st);
}

/* --- The peer's command -------------------------------------------------- */

/* Like a shell: who is in front may read, and hears of Ctrl-C. */
static void lend_terminal(struct station *st)
{
	if (tcgetpgrp(STDIN_FILENO) != getpgrp())
		return;
	st->lent_terminal = !tcsetpgrp(STDIN_FILENO, st->peer);
	/* It may have tried to read before. */
	kill(-st->peer, SIGCONT);
}

static void take_terminal(struct station *st)
{
	if (!st->lent_terminal)
		return;
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	signal(SIGTTOU, SIG_DFL);
	st->lent_terminal = false;
}

bool station_start_peer(struct station *st)
{
	char *argv[] = { "sh", "-c", (char *)st->opt->peer, NULL };

	if (st->opt->loop)
		return true;
	if (!st->opt->peer) {
		fprintf(stderr, "udevmem: the peer is " PEER_IPV4 " and " PEER_IPV6
			", this end " OUR_IPV4 " and " OUR_IPV6 "; programs run there with\n"
			"udevmem: nsenter --net=/proc/%d/fd/%d COMMAND\n", getpid(),
			udm_netns_fd(st->ns));
		return true;
	}
	/* What outlives its parents in the peer's group is waited for here. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	st->peer = udm_netns_spawn(st->ns, argv);
	if (st->peer > 0) {
		lend_terminal(st);
		return true;
	}
	st->peer = 0;
	return fail(st, "--peer: %s", strerror(errno));
}

bool station_peer_ended(struct station *st, int *status)
{
	siginfo_t how = {};

	if (!st->peer || st->peer_over)
		return false;
	/* It stays a zombie, and its number that of the group. */
	if (waitid(P_PID, st->peer, &how, WEXITED | WNOHANG | WNOWAIT) || !how.si_pid)
		return false;
	st->peer_over = true;
	st->peer_status = how.si_code == CLD_EXITED ? how.si_status : 128 + how.si_status;
	*status = st->peer_status;
	take_terminal(st);
	return true;
}

/* Nobody of the group is left; our own children are reaped. */
static bool group_gone(const struct station *st)
{
	pid_t pid;

	do
		pid = waitpid(-st->peer, NULL, WNOHANG);
	while (pid > 0);
	return pid < 0;
}

static void end_peer(struct station *st)
{
	const struct timespec step = { .tv_nsec = STEP_NS };

	if (!st->peer)
		return;
	take_terminal(st);
	kill(-st->peer, SIGTERM);
	for (int ms = 0; !group_gone(st); ms++) {
		if (ms == GRACE_MS)
			kill(-st->peer, SIGKILL);
		nanosleep(&step, NULL);
	}
	st->peer = 0;
}

int station_await_peer(struct station *st)
{
	const uint64_t end = udm_now() + st->opt->timeout * 1000000000ull;
	const uint64_t kill_at = end + GRACE_MS * 1000000ull;
	int status = 0;

	while (st->peer && !st->peer_over && !station_peer_ended(st, &status)) {
		if (st->opt->timeout && udm_now() > end)
			kill(-st->peer, udm_now() > kill_at ? SIGKILL : SIGTERM);
		udm_advance(STEP_NS);
	}
	return st->peer_status;
}

/* --- The end ------------------------------------------------------------- */

void station_notes(struct station *st, struct endpoint_result *r)
{
	struct udm_iommu_stats iommu;

	if (st->wire)
		udm_wire_stats(st->wire, &r->wire);
	if (st->nic && !udm_iommu_stats(udm_netdev_device(st->nic), &iommu))
		r->iommu_faults = iommu.faults;
}

void station_down(struct station *st, struct endpoint_result *r)
{
	end_peer(st);
	udm_wire_destroy(st->wire);
	udm_netns_destroy(st->ns);
	if (st->netlink >= 0)
		udm_close(st->netlink);
	if (st->socket >= 0)
		udm_close(st->socket);
	udm_netdev_destroy(st->peer_nic);
	udm_netdev_destroy(st->nic);
	buffer_free(&st->rx);
	buffer_free(&st->tx);
	if (st->booted) {
		udm_run_until_idle();
		r->leaks = (uint64_t)udm_shutdown();
	}
	r->warnings = udm_warn_count();
}
