// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devmem TCP: packets per second through the whole life of a buffer.
 *
 * A TCP stream of full segments comes in from the wire, one frame after the other. Each
 * is parsed, checked, hashed and steered by the device, split, written to a header buffer
 * and to device memory, completed; the driver makes an skb of it and posts new buffers,
 * the stack follows the stream, recvmsg() tells where the bytes are, and
 * SO_DEVMEM_DONTNEED gives them back to the pool.
 *
 *	one core	a machine in sim mode: everything in one thread; with and without
 *			segments put together by the device
 *	one queue	threads mode: wire, device, NAPI thread and application on one core
 *	two queues	the same twice, a stream and a core for each queue
 *	growth		of the process while 10 GiB (or the word) are streamed
 *
 * The payload is not looked at. memcpy is of 4096 bytes to as many pages as the device has,
 * from one buffer, so that nothing leaves the caches, and from memory to memory: page by page
 * from 64 MiB to 64 MiB. So are packets: the wire sends one frame over and over, or lends frames
 * that lie in 64 MiB and tells where the next one is. They go where the page pool says, which is
 * to pages that were given back a moment ago, as long as the application is quick; or it keeps
 * 56 MiB of them to itself, so that they go to memory too.
 *
 * One core is in processor time, threads by the clock; each the median of RUNS runs. What is
 * compared takes turns, TURNS times, so that what else the machine does meets both: what counts
 * is the median of the ratios.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>
#include <udevmem/udevmem.h>
#include <unistd.h>

#include "emu-nic/hw/emunic_hw.h"
#include "report.h"
#include "tests/emu-nic/frames.h"

#define RUNS 9
#define TURNS 5
#define PACKETS (BATCH * 2000u) /* per run and stream */
#define BATCH 64u /* frames on their way at a time, per stream */
#define MAX_STREAMS 2u
#define INTERRUPT_US 50u /* or BATCH frames, whichever is first */
#define PAGES 4096u /* of device memory, per stream */
#define FAR 16384u /* frames, or pages, that do not fit into caches */
#define HELD (TOKENS * 112u) /* of the FAR pages of such a device, by the application */
#define PAGE 4096u
#define TOKENS 128u

/* Where bytes are on their way: frames and pages in caches, frames in memory, both in memory. */
enum place { NEAR, FAR_FRAMES, FAR_PAGES };

enum { SEQ = 1000, SEGMENT = 1448, TCP_ACK = 16 };

enum stage { WIRE, MACHINE, RECVMSG, DONTNEED, STAGES };

static const char *const stage_names[] = {
	[WIRE] = "wire: copy in, parse, checksum, RSS",
	[MACHINE] = "DMA, completion, poll, skb, TCP, post",
	[RECVMSG] = "recvmsg",
	[DONTNEED] = "SO_DEVMEM_DONTNEED, recycle",
};

struct stream {
	unsigned int number;
	uint16_t port; /* of the sender */
	int sock;
	uint32_t seq;
	uint64_t received;
	unsigned char frame[PAGE + 128];
	size_t len, l4;
	uint32_t sum; /* of the TCP segment without the sequence number */
	struct far_frame *far; /* FAR of them, or NULL: all are sent from frame */
	unsigned char *far_bytes;
	unsigned int next_far;
	struct dmabuf_token *held; /* HELD of them, or NULL: what is given back next */
	unsigned int next_held;
};

struct far_frame {
	struct emunic_frame lent; /* first */
	bool out;
};

#define FAR_STRIDE (PAGE + 128) /* from the bytes of one to those of the next */

#define STREAMED 10u /* GiB */

static struct bench {
	struct udm_netdev *nic;
	struct emunic_hw *hw;
	int memfd, dmabuf, netlink, listener;
	unsigned int streams, payload, pages;
	bool staged; /* this run is for the stages */
	struct stream stream[MAX_STREAMS];
	double stages[STAGES];
} b;

static double clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static double now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Looking at the clock takes time too: it is done in a run of its own. */
static double stage_ns(void)
{
	return b.staged ? now_ns() : 0;
}

static double cpu_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "devmem: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* --- Frames -------------------------------------------------------------- */

static struct frame_spec spec_of(const struct stream *s, unsigned int payload, uint8_t flags)
{
	return (struct frame_spec){
		.payload = payload,
		.seq = s->seq,
		.tcp_flags = flags,
		.src = { 10, 0, 0, 1 },
		.dst = { 10, 0, 0, 2 },
		.sport = s->port,
		.dport = 5000,
	};
}

static uint32_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static uint16_t word(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put_word(unsigned char *at, uint32_t val)
{
	at[0] = (unsigned char)(val >> 8);
	at[1] = (unsigned char)val;
}

static void frame_first(struct stream *s)
{
	const struct frame_spec spec = spec_of(s, b.payload, TCP_ACK);
	const unsigned char *tcp;

	s->len = frame_build(&spec, s->frame);
	s->l4 = frame_l4(&spec);
	tcp = s->frame + s->l4;
	s->sum = fold((uint32_t)(uint16_t)~word(tcp + 16) + (uint16_t)~word(tcp + 4) +
		      (uint16_t)~word(tcp + 6));
}

/* The next segment: another sequence number, and the checksum that goes with it. */
static void frame_next(struct stream *s, unsigned char *frame)
{
	unsigned char *tcp = frame + s->l4;

	put_word(tcp + 4, s->seq >> 16);
	put_word(tcp + 6, s->seq & 0xffff);
	put_word(tcp + 16, ~fold(s->sum + (s->seq >> 16) + (s->seq & 0xffff)));
	s->seq += b.payload;
}

static void far_done(struct emunic_frame *lent)
{
	((struct far_frame *)lent)->out = false;
}

static unsigned char *far_frame_at(const struct stream *s, unsigned int number)
{
	return s->far_bytes + (size_t)(number % FAR) * FAR_STRIDE;
}

static void far_make(struct stream *s)
{
	s->far = malloc(FAR * sizeof(*s->far));
	s->far_bytes = malloc((size_t)FAR * FAR_STRIDE);
	must(s->far && s->far_bytes, "memory");
	for (unsigned int i = 0; i < FAR; i++) {
		unsigned char *bytes = far_frame_at(s, i);

		memcpy(bytes, s->frame, s->len);
		s->far[i].lent = (struct emunic_frame){ bytes, s->len, far_done,
							far_frame_at(s, i + 1) };
		s->far[i].out = false;
	}
}

static int send_far(struct stream *s)
{
	struct far_frame *f = &s->far[s->next_far++ % FAR];

	must(!f->out, "a frame has not come back");
	f->out = true;
	frame_next(s, (unsigned char *)f->lent.data);
	return emunic_hw_rx_lent(b.hw, &f->lent);
}

static int send_near(struct stream *s)
{
	frame_next(s, s->frame);
	return emunic_hw_rx(b.hw, s->frame, s->len);
}

/* The other end of the cable: who found the device full waits until it says otherwise. */
static pthread_mutex_t cable = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static unsigned int rooms; /* cable */

static void room_again(void *ctx)
{
	pthread_mutex_lock(&cable);
	rooms++;
	pthread_cond_broadcast(&room);
	pthread_mutex_unlock(&cable);
}

static void unplugged(void *ctx)
{
}

static const struct emunic_peer peer = { .room = room_again, .gone = unplugged };

/* --- The machine --------------------------------------------------------- */

static void memory_make(void)
{
	struct udmabuf_create create = { .size = (uint64_t)b.streams * b.pages * PAGE };
	int dev = udm_open("/dev/udmabuf", O_RDWR);

	b.memfd = memfd_create("bench", MFD_ALLOW_SEALING);
	must(b.memfd >= 0 && !ftruncate(b.memfd, (off_t)create.size) &&
		     !fcntl(b.memfd, F_ADD_SEALS, F_SEAL_SHRINK) && dev >= 0,
	     "memory");
	create.memfd = (uint32_t)b.memfd;
	b.dmabuf = udm_ioctl(dev, UDMABUF_CREATE, &create);
	must(b.dmabuf >= 0, "udmabuf");
	udm_close(dev);
}

static void bind_queues(bool coalesce)
{
	unsigned int queues[MAX_STREAMS] = { 0, 1 };
	int ifindex = udm_netdev_ifindex(b.nic);
	uint32_t id;
	char err[128];

	b.netlink = udm_netlink_open();
	must(b.netlink >= 0, "netlink");
	must(!udm_ethtool_set_data_split(b.netlink, ifindex, true, 0, err, sizeof(err)), err);
	must(!udm_netdev_up(b.nic), "up");
	must(!udm_netdev_bind_rx(b.netlink, ifindex, b.dmabuf, queues, b.streams, &id, err,
				 sizeof(err)),
	     err);
	/* What the device has put together need not wait for more. */
	if (!coalesce)
		must(!udm_ethtool_set_coalesce(b.netlink, ifindex, INTERRUPT_US, BATCH, err,
					       sizeof(err)),
		     err);
}

static uint64_t frames_of(unsigned int queue)
{
	struct udm_queue_stats stats;

	must(!udm_netdev_queue_stats(b.nic, queue, &stats), "statistics");
	return stats.frames;
}

/* A port that the device's hash sends to the stream's own queue. Nobody listens yet. */
static void begin_stream(struct stream *s, unsigned int number)
{
	const uint64_t before = frames_of(number);

	*s = (struct stream){ .number = number, .sock = -1, .port = 79 };
	do {
		s->port++;
		s->seq = SEQ;
		frame_first(s);
		must(!emunic_hw_rx(b.hw, s->frame, s->len), "a frame was refused");
		udm_run_until_idle();
	} while (frames_of(number) == before);
}

static void start(enum udm_mode mode, unsigned int streams, unsigned int payload, bool coalesce,
		  unsigned int pages)
{
	const struct udm_config cfg = { .mode = mode, .ram_bytes = 256u << 20 };
	const struct udm_netdev_config nic = { .queues = streams,
					       .ring_entries = coalesce ? 256 : 512,
					       .pause = true,
					       .fifo_bytes = 1u << 20,
					       .gro_hw = coalesce };
	struct sockaddr_in any = { .sin_family = AF_INET };

	memset(&b, 0, sizeof(b));
	b.streams = streams;
	b.payload = payload;
	b.pages = pages;
	must(!udm_boot(&cfg), "boot");
	b.nic = udm_netdev_create(&nic);
	must(b.nic, "device");
	b.hw = udm_netdev_hw(b.nic);
	must(!emunic_hw_attach(b.hw, &peer, NULL), "cable");
	memory_make();
	bind_queues(coalesce);
	for (unsigned int i = 0; i < streams; i++)
		begin_stream(&b.stream[i], i);
	b.listener = udm_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	must(b.listener >= 0 && !udm_bind(b.listener, (struct sockaddr *)&any, sizeof(any)) &&
		     !udm_listen(b.listener, 4),
	     "listen");
}

static void stop(void)
{
	for (unsigned int i = 0; i < b.streams; i++)
		udm_close(b.stream[i].sock);
	udm_close(b.listener);
	udm_close(b.netlink);
	udm_netdev_destroy(b.nic);
	udm_close(b.dmabuf);
	close(b.memfd);
	must(!udm_shutdown(), "shutdown");
}

/* --- The application ----------------------------------------------------- */

/* In return for the oldest ones that the application still works on; how many. */
static unsigned int hold(struct stream *s, struct dmabuf_token *tokens, unsigned int n)
{
	unsigned int oldest = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct dmabuf_token *slot = &s->held[s->next_held++ % HELD], was = *slot;

		*slot = tokens[i];
		if (was.token_count)
			tokens[oldest++] = was;
	}
	return oldest;
}

static void give_back(struct stream *s, struct dmabuf_token *tokens, unsigned int n)
{
	if (s->held)
		n = hold(s, tokens, n);
	if (!n)
		return;
	must(udm_setsockopt(s->sock, SOL_SOCKET, SO_DEVMEM_DONTNEED, tokens, n * sizeof(*tokens)) ==
		     (int)n,
	     "SO_DEVMEM_DONTNEED");
}

/* One recvmsg(), and its tokens; how many. */
static unsigned int receive(struct stream *s, struct dmabuf_token *tokens)
{
	static _Thread_local char control[TOKENS * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	static _Thread_local char linear[64];
	struct iovec iov = { linear, 1 << 30 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t got = udm_recvmsg(s->sock, &msg, MSG_SOCK_DEVMEM | MSG_DONTWAIT);
	unsigned int n = 0;

	if (got <= 0)
		return 0;
	s->received += (uint64_t)got;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		must(c->cmsg_type == SCM_DEVMEM_DMABUF, "payload beside device memory");
		tokens[n++] =
			(struct dmabuf_token){ ((struct dmabuf_cmsg *)CMSG_DATA(c))->frag_token,
					       1 };
	}
	return n;
}

static void find_socket(void)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	int sock = udm_accept4(b.listener, (struct sockaddr *)&from, &len, SOCK_NONBLOCK);

	for (unsigned int i = 0; sock >= 0 && i < b.streams; i++)
		if (b.stream[i].port == ntohs(from.sin_port))
			b.stream[i].sock = sock;
}

/* All there is, given back at once; false if there was nothing. */
static bool drain(struct stream *s)
{
	struct dmabuf_token tokens[TOKENS];
	double t0 = stage_ns(), t1;
	unsigned int n;
	bool any = false;

	while ((n = receive(s, tokens))) {
		t1 = stage_ns();
		give_back(s, tokens, n);
		b.stages[RECVMSG] += t1 - t0;
		t0 = stage_ns();
		b.stages[DONTNEED] += t0 - t1;
		any = true;
	}
	return any;
}

/* --- One thread ---------------------------------------------------------- */

static double run_sim(unsigned int packets)
{
	struct stream *s = &b.stream[0];
	const uint64_t before = s->received;
	double began = cpu_ns(), t0, t1;

	for (unsigned int sent = 0; sent < packets; sent += BATCH) {
		t0 = stage_ns();
		for (unsigned int i = 0; i < BATCH; i++) {
			must(!(s->far ? send_far(s) : send_near(s)), "a frame was refused");
		}
		t1 = stage_ns();
		b.stages[WIRE] += t1 - t0;
		udm_run_until_idle();
		b.stages[MACHINE] += stage_ns() - t1;
		if (s->sock < 0)
			find_socket();
		drain(s);
	}
	must(s->received - before == (uint64_t)packets * b.payload, "bytes are missing");
	return (cpu_ns() - began) / packets;
}

static void hold_make(struct stream *s)
{
	s->held = calloc(HELD, sizeof(*s->held));
	must(s->held, "memory");
}

/* ns per packet. */
static double one_core(unsigned int payload, bool coalesce, enum place place)
{
	double ns[RUNS], sum = 0;

	start(UDM_MODE_SIM, 1, payload, coalesce, place == NEAR ? PAGES : FAR);
	if (place != NEAR)
		far_make(&b.stream[0]);
	if (place == FAR_PAGES)
		hold_make(&b.stream[0]);
	run_sim(PACKETS);
	for (int i = 0; i < RUNS; i++)
		ns[i] = run_sim(PACKETS);
	b.staged = true;
	run_sim(PACKETS);
	stop();
	free(b.stream[0].far);
	free(b.stream[0].far_bytes);
	free(b.stream[0].held);
	for (int i = 0; i < STAGES; i++)
		sum += b.stages[i];
	/* The clock of the stages counts other programs too: their shares are what is right. */
	for (int i = 0; i < STAGES; i++)
		b.stages[i] /= sum;
	return report_median(ns, RUNS);
}

/* Of a page, from one of so many places to one of so many. */
static double copy_ns(unsigned int sources, unsigned int targets)
{
	unsigned char *to = mmap(NULL, (size_t)targets * PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *from = malloc((size_t)sources * PAGE);
	double ns[RUNS];

	must(to != MAP_FAILED && from, "memory");
	memset(to, 1, (size_t)targets * PAGE);
	memset(from, 2, (size_t)sources * PAGE);
	for (int i = 0; i < RUNS; i++) {
		double began = cpu_ns();

		for (unsigned int n = 0; n < PACKETS; n++) {
			memcpy(to + (size_t)(n % targets) * PAGE,
			       from + (size_t)(n % sources) * PAGE, PAGE);
			__asm__ volatile("" : : "r"(to) : "memory");
		}
		ns[i] = (cpu_ns() - began) / PACKETS;
	}
	munmap(to, (size_t)targets * PAGE);
	free(from);
	return report_median(ns, RUNS);
}

/* --- Threads ------------------------------------------------------------- */

static void to_core(pid_t thread, unsigned int core)
{
	cpu_set_t cores;

	CPU_ZERO(&cores);
	CPU_SET(core, &cores);
	must(!sched_setaffinity(thread, sizeof(cores), &cores), "cores");
}

/* What serves a queue goes to its core, as one would do with interrupts and NAPI threads. */
static void threads_to_cores(void)
{
	char path[288], name[32] = "";
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;
	unsigned int queue;

	must(tasks, "/proc/self/task");
	while ((task = readdir(tasks))) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", task->d_name);
		f = fopen(path, "r");
		if (!f || !fgets(name, sizeof(name), f))
			name[0] = '\0';
		if (f)
			fclose(f);
		if (sscanf(name, "rx%u", &queue) == 1 || sscanf(name, "napi/eth0-%u", &queue) == 1)
			to_core((pid_t)atoi(task->d_name), queue);
	}
	closedir(tasks);
}

static void *application(void *ctx)
{
	struct stream *s = ctx;
	const uint64_t end = s->received + (uint64_t)PACKETS * b.payload;
	struct pollfd more = { .fd = s->sock, .events = POLLIN };
	struct dmabuf_token tokens[TOKENS];
	unsigned int n;

	to_core(0, s->number);
	while (s->received < end) {
		n = receive(s, tokens);
		if (n)
			give_back(s, tokens, n);
		else
			udm_poll(&more, 1, -1);
	}
	return NULL;
}

static void feed(struct stream *s, unsigned int packets)
{
	unsigned int seen;

	while (packets--) {
		frame_next(s, s->frame);
		for (;;) {
			seen = __atomic_load_n(&rooms, __ATOMIC_SEQ_CST);
			if (!emunic_hw_rx(b.hw, s->frame, s->len))
				break;
			pthread_mutex_lock(&cable);
			while (rooms == seen)
				pthread_cond_wait(&room, &cable);
			pthread_mutex_unlock(&cable);
		}
	}
}

static void *wire(void *ctx)
{
	struct stream *s = ctx;

	to_core(0, s->number);
	feed(s, PACKETS);
	return NULL;
}

/* Until both streams have a socket: one segment each. */
static void meet(void)
{
	unsigned int met = 0;

	for (unsigned int i = 0; i < b.streams; i++)
		feed(&b.stream[i], 1);
	while (met < b.streams) {
		sched_yield();
		find_socket();
		met = 0;
		for (unsigned int i = 0; i < b.streams; i++)
			met += b.stream[i].sock >= 0;
	}
	for (unsigned int i = 0; i < b.streams; i++)
		while (b.stream[i].received < b.payload)
			drain(&b.stream[i]);
}

static double run_threads(void)
{
	pthread_t app[MAX_STREAMS], from[MAX_STREAMS];
	double began = now_ns();

	for (unsigned int i = 0; i < b.streams; i++)
		must(!pthread_create(&app[i], NULL, application, &b.stream[i]) &&
			     !pthread_create(&from[i], NULL, wire, &b.stream[i]),
		     "thread");
	for (unsigned int i = 0; i < b.streams; i++) {
		pthread_join(from[i], NULL);
		pthread_join(app[i], NULL);
	}
	return (now_ns() - began) / PACKETS / b.streams;
}

/* Threads that wake others go on while they can: this is about packets, not about latency. */
static double with_threads(unsigned int streams)
{
	const struct sched_param none = { 0 };
	double ns[RUNS];

	must(!sched_setscheduler(0, SCHED_BATCH, &none), "SCHED_BATCH");
	start(UDM_MODE_THREADS, streams, SEGMENT, false, PAGES);
	threads_to_cores();
	meet();
	for (int i = 0; i < RUNS; i++)
		ns[i] = run_threads();
	stop();
	return report_median(ns, RUNS);
}

/* --- Resident set -------------------------------------------------------- */

static double resident_mib(void)
{
	unsigned long size, resident;
	FILE *f = fopen("/proc/self/statm", "r");

	must(f && fscanf(f, "%lu %lu", &size, &resident) == 2, "/proc/self/statm");
	fclose(f);
	return (double)resident * PAGE / (1 << 20);
}

/* MiB the process has grown by, from 1/16 of the way on. */
static double growth(unsigned int gib)
{
	const uint64_t packets = ((uint64_t)gib << 30) / SEGMENT / PACKETS * PACKETS;
	double first = 0;

	start(UDM_MODE_SIM, 1, SEGMENT, false, PAGES);
	for (uint64_t n = 0; n < packets; n += PACKETS) {
		run_sim(PACKETS);
		if (!first && n >= packets / 16)
			first = resident_mib();
	}
	first = resident_mib() - first;
	stop();
	return first;
}

static void show(const char *row, const char *unit, double value)
{
	printf("%-48s %10.2f %s\n", row, value, unit);
	fflush(stdout);
	report_value(row, unit, value);
}

/* --- Turns --------------------------------------------------------------- */

/* Medians, in ns. */
struct compared {
	double first, second, ratio;
};

static struct compared compare(double (*one)(void), double (*other)(void))
{
	double first[TURNS], second[TURNS], ratios[TURNS];

	for (int i = 0; i < TURNS; i++) {
		first[i] = one();
		second[i] = other();
		ratios[i] = first[i] / second[i];
	}
	return (struct compared){ report_median(first, TURNS), report_median(second, TURNS),
				  report_median(ratios, TURNS) };
}

static double copy_near(void)
{
	return copy_ns(1, PAGES);
}

static double page_near(void)
{
	return one_core(PAGE, true, NEAR);
}

static double copy_far(void)
{
	return copy_ns(FAR, FAR);
}

static double page_far(void)
{
	return one_core(PAGE, true, FAR_FRAMES);
}

static double one_queue(void)
{
	return with_threads(1);
}

static double two_queues(void)
{
	return with_threads(2);
}

int main(int argc, char **argv)
{
	unsigned int gib = STREAMED;
	struct compared near, far, threads;
	double ns;

	report_begin(argc, argv, "devmem", "[GIB]");
	if (report_word())
		gib = (unsigned int)strtoul(report_word(), NULL, 0);
	ns = one_core(SEGMENT, false, NEAR);
	show("1448 bytes, one core", "ns", ns);
	for (int i = 0; i < STAGES; i++)
		show(stage_names[i], "ns", b.stages[i] * ns);
	show("1448 bytes, coalesced by the device", "ns", one_core(SEGMENT, true, NEAR));
	show("4096 bytes, one core", "ns", one_core(PAGE, false, NEAR));
	near = compare(copy_near, page_near);
	show("4096 bytes, coalesced by the device", "ns", near.second);
	show("memcpy of 4096 bytes", "ns", near.first);
	far = compare(copy_far, page_far);
	show("4096 bytes, coalesced, frames from memory", "ns", far.second);
	show("the same, and to pages in memory", "ns", one_core(PAGE, true, FAR_PAGES));
	show("memcpy of 4096 bytes, memory to memory", "ns", far.first);
	threads = compare(one_queue, two_queues);
	show("threads, one queue on one core", "ns", threads.first);
	show("threads, two queues on two cores", "ns", threads.second);
	report_at_least("million packets/s of 1448 bytes, one core", 1e3 / ns, 1.5);
	show("4096 bytes, share of memcpy's speed in caches", "", near.ratio);
	report_at_least("4096 bytes, share of memcpy bandwidth", far.ratio, 0.6);
	report_at_least("two queues on two cores against one", threads.ratio, 1.7);
	report_at_most("MiB the process grew by", growth(gib), 1);
	return report_end();
}
