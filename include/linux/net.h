/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets as the file layer sees them: struct socket, the operations of an
 * address family, and the registry of families.
 *
 * A struct socket belongs to its file; its struct sock may outlive it. The
 * operations take the host's struct msghdr whose iovec is the application's.
 */
#ifndef _KERN_LINUX_NET_H
#define _KERN_LINUX_NET_H

#include <linux/socket.h>
#include_next <linux/net.h>
#include <linux/types.h>
#include <linux/sockptr.h>
#include <linux/wait.h>
#include <linux/poll.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

struct file;
struct net;
struct sock;
struct socket;
struct module;

typedef struct {
	size_t written;
	size_t count;
	union {
		char __user *buf;
		void *data;
	} arg;
	int error;
} read_descriptor_t;

/**
 * struct proto_ops - what an address family does for a socket
 *
 * Task context; each may sleep. A NULL operation is answered with -EOPNOTSUPP.
 * @sendmsg and @recvmsg return bytes or a negative errno. @setsockopt may
 * return a positive value, which is handed to the application.
 */
struct proto_ops {
	int family;
	int (*release)(struct socket *sock);
	int (*bind)(struct socket *sock, struct sockaddr *addr, int len);
	int (*connect)(struct socket *sock, struct sockaddr *addr, int len, int flags);
	int (*accept)(struct socket *sock, struct socket *newsock, int flags);
	int (*getname)(struct socket *sock, struct sockaddr *addr, int peer);
	__poll_t (*poll)(struct file *file, struct socket *sock, struct poll_table_struct *wait);
	int (*ioctl)(struct socket *sock, unsigned int cmd, unsigned long arg);
	int (*listen)(struct socket *sock, int backlog);
	int (*shutdown)(struct socket *sock, int how);
	int (*setsockopt)(struct socket *sock, int level, int optname, sockptr_t optval,
			  unsigned int optlen);
	int (*getsockopt)(struct socket *sock, int level, int optname, char __user *optval,
			  int __user *optlen);
	int (*sendmsg)(struct socket *sock, struct msghdr *m, size_t total_len);
	int (*recvmsg)(struct socket *sock, struct msghdr *m, size_t total_len, int flags);
};

struct socket {
	socket_state state;
	short type;
	unsigned long flags;
	struct file *file;
	struct sock *sk;
	const struct proto_ops *ops;
};

struct net_proto_family {
	int family;
	int (*create)(struct net *net, struct socket *sock, int protocol, int kern);
	struct module *owner;
};

/* 0, -EEXIST if the family is taken, -ENOBUFS if it is out of range. Contract: net/socket.c. */
int sock_register(const struct net_proto_family *fam);
void sock_unregister(int family);

/*
 * A socket without a file, in namespace @net: 0, -EAFNOSUPPORT, -ENFILE, or what the family
 * says. @kern: it does not keep the namespace. May sleep. Its owner ends it by sock_release().
 */
int __sock_create(struct net *net, int family, int type, int proto, struct socket **res, int kern);
void sock_release(struct socket *sock);

/* The socket behind a file descriptor's file; NULL and *err = -ENOTSOCK if it is none. */
struct socket *sock_from_file(struct file *file);

/* At most a few messages per five seconds, shared by all callers of the network code. */
int net_ratelimit(void);

#define net_ratelimited_function(function, ...)				\
do {									\
	if (net_ratelimit())						\
		function(__VA_ARGS__);					\
} while (0)
#define net_emerg_ratelimited(fmt, ...)	net_ratelimited_function(pr_emerg, fmt, ##__VA_ARGS__)
#define net_alert_ratelimited(fmt, ...)	net_ratelimited_function(pr_alert, fmt, ##__VA_ARGS__)
#define net_crit_ratelimited(fmt, ...)	net_ratelimited_function(pr_crit, fmt, ##__VA_ARGS__)
#define net_err_ratelimited(fmt, ...)	net_ratelimited_function(pr_err, fmt, ##__VA_ARGS__)
#define net_warn_ratelimited(fmt, ...)	net_ratelimited_function(pr_warn, fmt, ##__VA_ARGS__)
#define net_notice_ratelimited(fmt, ...) net_ratelimited_function(pr_notice, fmt, ##__VA_ARGS__)
#define net_info_ratelimited(fmt, ...)	net_ratelimited_function(pr_info, fmt, ##__VA_ARGS__)
/* Where nothing is printed nothing counts against the limit. */
#ifdef DEBUG
#define net_dbg_ratelimited(fmt, ...)	net_ratelimited_function(pr_debug, fmt, ##__VA_ARGS__)
#else
#define net_dbg_ratelimited(fmt, ...)	pr_debug(fmt, ##__VA_ARGS__)
#endif

#endif
