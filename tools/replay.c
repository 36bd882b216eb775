// SPDX-License-Identifier: GPL-2.0-only
/*
 * udevmem replay: set the machine up, run the capture through it, take it down.
 *
 * Everything here is what an application and an administrator would do, through
 * the host API: make a dma-buf, bind it to queues by netlink, receive, unbind.
 * Each step that can fail leaves one line in err; the way down is the same from
 * wherever the way up ended.
 */
#include "replay.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <udevmem/file.h>
#include <udevmem/iommu.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/trace.h>
#include <udevmem/warn.h>
#include <unistd.h>

#include "streams.h"

enum {
	RING_ENTRIES = 256,
	WAIT_MS = 5,
	STALL_NS = 20 * 1000000000ll,	/* machine time without progress before giving up */
};

/* Counts net_iovs by the trace events of the pools. */
struct niov_meter {
	const struct udm_trace_event *hold, *release;
	unsigned int hold_at, release_at;	/* where the netmem is in the record */
	_Atomic uint64_t held, released, peak;
};

struct replay {
	struct replay_options opt;
	struct replay_result result;
	char err[REPLAY_ERROR];
	bool booted;
	struct udm_netdev *nic;
	struct udm_wire *wire;
	struct streams *streams;
	int netlink;
	struct buffer buffer;
	struct niov_meter meter;
	FILE *trace_to, *state_to;
	struct udm_trace_recording *recording;
};

__attribute__((format(printf, 2, 3)))
static bool fail(struct replay *rp, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(rp->err, sizeof(rp->err), fmt, ap);
	va_end(ap);
	return false;
}

static bool find_netmem(const struct udm_trace_event *event, unsigned int *at)
{
	for (unsigned int i = 0; event && i < event->nr_fields; i++) {
		if (strcmp(event->fields[i].name, "netmem"))
			continue;
		*at = event->fields[i].offset;
		return true;
	}
	return false;
}

static bool is_niov(const void *record, unsigned int at)
{
	unsigned long netmem;

	memcpy(&netmem, (const char *)record + at, sizeof(netmem));
	return netmem & 1;
}

static void on_hold(void *ctx, const struct udm_trace_event *event, const void *record, size_t size)
{
	struct niov_meter *m = ctx;
	uint64_t out, peak;

	if (!is_niov(record, m->hold_at))
		return;
	out = atomic_fetch_add(&m->held, 1) + 1 - atomic_load(&m->released);
	peak = atomic_load(&m->peak);
	while (out > peak && !atomic_compare_exchange_weak(&m->peak, &peak, out))
		;
}

static void on_release(void *ctx, const struct udm_trace_event *event, const void *record,
		       size_t size)
{
	struct niov_meter *m = ctx;

	if (is_niov(record, m->release_at))
		atomic_fetch_add(&m->released, 1);
}

static bool meter_start(struct replay *rp)
{
	struct niov_meter *m = &rp->meter;

	m->hold = udm_trace_find("page_pool", "page_pool_state_hold");
	m->release = udm_trace_find("page_pool", "page_pool_state_release");
	if (!find_netmem(m->hold, &m->hold_at) || !find_netmem(m->release, &m->release_at) ||
	    udm_trace_attach(m->hold, on_hold, m) || udm_trace_attach(m->release, on_release, m))
		return fail(rp, "cannot watch the page pools");
	return true;
}

static void meter_stop(struct niov_meter *m)
{
	if (m->hold)
		udm_trace_detach(m->hold, on_hold, m);
	if (m->release)
		udm_trace_detach(m->release, on_release, m);
}

static bool recording_start(struct replay *rp)
{
	if (!rp->trace_to)
		return true;
	rp->recording = udm_trace_record(NULL, 0);
	return rp->recording || fail(rp, "--trace: %s", strerror(errno));
}

/* What was recorded is worth having even if the run failed. */
static bool recording_write(struct replay *rp)
{
	const uint64_t lost = rp->recording ? udm_trace_recording_lost(rp->recording) : 0;
	bool bad = false;

	if (rp->recording)
		bad = udm_trace_recording_write(rp->recording, rp->trace_to);
	udm_trace_recording_free(rp->recording);
	bad |= rp->trace_to && fclose(rp->trace_to);
	if (lost)
		fprintf(stderr, "udevmem: --trace: no room for the last %llu events\n",
			(unsigned long long)lost);
	return !bad || fail(rp, "--trace %s: cannot write it", rp->opt.trace);
}

static bool boot(struct replay *rp)
{
	char cmdline[sizeof(rp->opt.cmdline) + 64];
	struct udm_config cfg = {
		.mode = rp->opt.machine.mode,
		.seed = rp->opt.machine.seed,
		.iommu = rp->opt.machine.iommu,
		.cmdline = cmdline,
	};
	int ret;

	buffer_cmdline(rp->opt.machine.dmabuf, cmdline, 64);
	strcat(cmdline, rp->opt.cmdline);
	udm_warn_reset();
	ret = udm_boot(&cfg);
	if (ret)
		return fail(rp, "the machine does not start: %s", strerror(-ret));
	rp->booted = true;
	return meter_start(rp) && recording_start(rp);
}

static bool make_nic(struct replay *rp)
{
	const struct udm_netdev_config cfg = {
		.queues = rp->opt.machine.queues,
		.ring_entries = RING_ENTRIES,
		.pause = !rp->opt.drop,
		.gro_hw = rp->opt.machine.gro_hw,
	};
	char extack[REPLAY_ERROR] = "";

	rp->nic = udm_netdev_create(&cfg);
	if (!rp->nic)
		return fail(rp, "cannot make the NIC: %s", strerror(errno));
	rp->netlink = udm_netlink_open();
	if (rp->netlink < 0)
		return fail(rp, "cannot open a netlink socket: %s", strerror(errno));
	if (udm_ethtool_set_data_split(rp->netlink, udm_netdev_ifindex(rp->nic), rp->opt.hds, 0,
				       extack, sizeof(extack)))
		return fail(rp, "cannot switch header-data split: %s: %s", strerror(errno), extack);
	if (udm_netdev_up(rp->nic))
		return fail(rp, "cannot bring the interface up: %s", strerror(errno));
	return true;
}

static bool make_dmabuf(struct replay *rp)
{
	const struct machine_options *machine = &rp->opt.machine;

	return buffer_make(&rp->buffer, machine->exporter, machine->dmabuf, PROT_READ, rp->err,
			   sizeof(rp->err));
}

static bool bind_queues(struct replay *rp)
{
	unsigned int list[REPLAY_MAX_QUEUES], n = 0;
	char extack[REPLAY_ERROR] = "";

	for (unsigned int q = 0; q < rp->opt.machine.queues; q++)
		if (rp->opt.bind[q])
			list[n++] = q;
	if (!udm_netdev_bind_rx(rp->netlink, udm_netdev_ifindex(rp->nic), rp->buffer.fd, list,
				n,
				&rp->result.binding, extack, sizeof(extack))) {
		for (unsigned int i = 0; i < n; i++)
			rp->result.queues[list[i]].bound = true;
		return true;
	}
	/* Without header split the kernel refuses device memory; the replay goes on without. */
	if (!rp->opt.hds) {
		snprintf(rp->result.bind_refused, sizeof(rp->result.bind_refused), "%s", extack);
		return true;
	}
	return fail(rp, "cannot bind the dma-buf: %s%s%s", strerror(errno), *extack ? ": " : "",
		    extack);
}

static bool plug_in(struct replay *rp)
{
	struct streams_config cfg = {
		.out = rp->opt.out,
		.buffer = &rp->buffer,
	};

	rp->streams = streams_open(&cfg, rp->err, sizeof(rp->err));
	if (!rp->streams)
		return false;
	rp->wire = udm_wire_capture(rp->opt.file, udm_netdev_hw(rp->nic), rp->err, sizeof(rp->err));
	return rp->wire;
}

static void show_progress(struct replay *rp, bool done)
{
	struct udm_wire_stats stats;

	if (!isatty(STDERR_FILENO))
		return;
	udm_wire_stats(rp->wire, &stats);
	fprintf(stderr, "\r%llu of %llu frames%s", (unsigned long long)stats.frames,
		(unsigned long long)rp->result.capture.frames, done ? "\r\033[K" : "");
	fflush(stderr);
}

/* Receive until the wire is empty and nothing is under way any more. */
static bool receive_all(struct replay *rp)
{
	uint64_t last = udm_now();
	bool failed = false, settled;

	udm_wire_start(rp->wire);
	for (;;) {
		/* Asked before the last look at the sockets, so nothing slips in between. */
		settled = udm_wire_done(rp->wire) && udm_netdev_idle(rp->nic);
		if (streams_progress(rp->streams, &failed, rp->err, sizeof(rp->err)))
			last = udm_now();
		else if (settled || failed)
			break;
		else if (udm_now() - last > STALL_NS)
			return fail(rp, "the capture stalled: a receive queue gets no buffers");
		else
			streams_wait(rp->streams, WAIT_MS);
		show_progress(rp, false);
	}
	show_progress(rp, true);
	return !failed;
}

static bool note_pool(void *ctx, const struct udm_pool_info *p)
{
	struct replay_result *r = ctx;
	struct replay_pool *out = &r->pools[r->num_pools];

	if (!p->ifindex || r->num_pools == sizeof(r->pools) / sizeof(r->pools[0]))
		return true;
	*out = (struct replay_pool){
		.id = p->id,
		.queue = (int)p->queue,
		.provider = p->unreadable,
		.allocated = p->hold,
		.recycled = p->counters.cached + p->counters.ring,
		.released = p->release,
		.inflight = p->inflight,
	};
	r->num_pools++;
	return true;
}

static void note_drop(void *ctx, const char *reason, uint64_t count)
{
	struct replay_result *r = ctx;

	if (r->num_drops < sizeof(r->drops) / sizeof(r->drops[0]))
		r->drops[r->num_drops++] = (struct replay_drop){ reason, count };
}

static void note_stack_drops(struct replay_result *r)
{
	const char *name;

	for (unsigned int i = 0; (name = udm_net_drop_name(i)); i++)
		if (udm_net_drops(i))
			note_drop(r, name, udm_net_drops(i));
}

static void note_queues(struct replay *rp)
{
	for (unsigned int q = 0; q < rp->opt.machine.queues; q++) {
		struct replay_queue *out = &rp->result.queues[q];
		struct udm_queue_stats s;

		if (udm_netdev_queue_stats(rp->nic, q, &s))
			continue;
		out->frames = s.frames;
		out->bytes = s.bytes;
		out->completions = s.completions;
		out->gro_packets = s.gro_packets;
		out->gro_frames = s.gro_frames;
		out->posted = s.posted;
		out->filled = s.filled;
	}
}

/* What can only be seen while everything is still up. */
static void take_notes(struct replay *rp)
{
	struct replay_result *r = &rp->result;
	struct udm_binding_info binding;
	struct udm_iommu_stats iommu;

	if (rp->wire)
		udm_wire_stats(rp->wire, &r->wire);
	if (rp->streams)
		streams_result(rp->streams, r);
	if (!rp->nic)
		return;
	note_queues(rp);
	udm_pools_walk(note_pool, r);
	udm_netdev_drops(rp->nic, note_drop, r);
	note_stack_drops(r);
	if (!udm_iommu_stats(udm_netdev_device(rp->nic), &iommu))
		r->iommu_faults = iommu.faults;
	if (r->binding && !udm_binding_get(r->binding, &binding))
		r->niov.total = binding.niovs_total;
}

/* While everything is still there. */
static bool state_write(struct replay *rp)
{
	char *text = rp->state_to && rp->booted ? udm_pagepool_json() : NULL;
	bool bad = rp->state_to && rp->booted && !text;

	if (text)
		bad = fprintf(rp->state_to, "%s\n", text) < 0;
	free(text);
	bad |= rp->state_to && fclose(rp->state_to);
	return !bad || fail(rp, "--state %s: cannot write it", rp->opt.state);
}

/* The reverse of the way up; closing the netlink socket unbinds. False: no state or trace. */
static bool tear_down(struct replay *rp)
{
	struct replay_result *r = &rp->result;
	bool ok = state_write(rp);

	if (rp->streams)
		streams_close(rp->streams);
	if (rp->wire)
		udm_wire_destroy(rp->wire);
	if (rp->netlink >= 0)
		udm_close(rp->netlink);
	udm_netdev_destroy(rp->nic);
	buffer_free(&rp->buffer);
	if (rp->booted) {
		udm_run_until_idle();
		meter_stop(&rp->meter);
		ok = recording_write(rp) && ok;
		r->leaks = (uint64_t)udm_shutdown();
	}
	r->niov.peak = rp->meter.peak;
	r->niov.outstanding = rp->meter.held - rp->meter.released;
	r->niov_released = rp->meter.released;
	r->warnings = udm_warn_count();
	return ok;
}

static bool run(struct replay *rp)
{
	if (!boot(rp) || !make_nic(rp))
		return false;
	if (rp->opt.bound && (!make_dmabuf(rp) || !bind_queues(rp)))
		return false;
	return plug_in(rp) && receive_all(rp);
}

/* What the options and the capture say before anything is started. */
static bool check_input(struct replay *rp)
{
	const struct replay_options *opt = &rp->opt;
	size_t page = (size_t)sysconf(_SC_PAGESIZE), need = opt->bound * RING_ENTRIES * page;

	if (udm_capture_check(opt->file, &rp->result.capture, rp->err, sizeof(rp->err)))
		return false;
	if (opt->hds && opt->machine.dmabuf < need)
		return fail(rp,
			    "--dmabuf: %zu KiB are smaller than the %zu KiB that %u receive rings of %d buffers need",
			    opt->machine.dmabuf >> 10, need >> 10, opt->bound, RING_ENTRIES);
	if (opt->out && mkdir(opt->out, 0777) && errno != EEXIST)
		return fail(rp, "--out %s: %s", opt->out, strerror(errno));
	rp->trace_to = opt->trace ? fopen(opt->trace, "w") : NULL;
	if (opt->trace && !rp->trace_to)
		return fail(rp, "--trace %s: %s", opt->trace, strerror(errno));
	rp->state_to = opt->state ? fopen(opt->state, "w") : NULL;
	if (opt->state && !rp->state_to)
		return fail(rp, "--state %s: %s", opt->state, strerror(errno));
	return true;
}

static int verdict(struct replay *rp, bool ok)
{
	const struct replay_result *r = &rp->result;
	int ret;

	if (!ok) {
		fprintf(stderr, "udevmem: %s\n", rp->err);
		return EXIT_UNCLEAN;
	}
	ret = rp->opt.json ? replay_report_json(stdout, &rp->opt, r) :
			     (replay_report_text(stdout, &rp->opt, r), 0);
	if (ret || fflush(stdout)) {
		fprintf(stderr, "udevmem: cannot write the report: %s\n", strerror(errno));
		return EXIT_UNCLEAN;
	}
	if (r->capture.malformed) {
		fprintf(stderr, "udevmem: %s: %llu malformed frames, the first is frame %llu: %s\n",
			rp->opt.file, (unsigned long long)r->capture.malformed,
			(unsigned long long)r->capture.first_malformed, r->capture.malformed_why);
		ret = EXIT_BAD_INPUT;
	}
	return r->niov.outstanding || r->delivered != r->returned || r->warnings || r->leaks ||
	       r->iommu_faults ? EXIT_UNCLEAN : ret;
}

int replay_main(int argc, char **argv)
{
	struct replay rp = { .buffer = NO_BUFFER, .netlink = -1 };
	int ret = replay_parse(argc, argv, &rp.opt);
	bool ok;

	if (ret)
		return ret < 0 ? EXIT_CLEAN : ret;
	if (!check_input(&rp)) {
		fprintf(stderr, "udevmem: %s\n", rp.err);
		return EXIT_BAD_INPUT;
	}
	ok = run(&rp);
	take_notes(&rp);
	ok &= tear_down(&rp);
	ret = verdict(&rp, ok);
	free(rp.result.streams);
	return ret;
}
