// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets as files, and the POSIX-shaped calls on them.
 *
 * An address family registers itself and is asked to fill in a struct socket.
 * The socket lives as long as its file. Each host call is a system call: it
 * brackets the kernel side, turns a negative errno into -1 and errno, and works
 * on a private copy of the application's msghdr.
 */
#include <fcntl.h>
#include <signal.h>
#include <linux/anon_inodes.h>
#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include "net.h"

#define SOCK_TYPE_BITS	0xf
#define MSG_BYTES_MAX	((size_t)(INT_MAX & PAGE_MASK))

static const struct net_proto_family *families[AF_MAX];
static DEFINE_MUTEX(families_lock);

int net_ratelimit(void)
{
	static DEFINE_RATELIMIT_STATE(net_ratelimit_state, 5 * HZ, 10);

	return __ratelimit(&net_ratelimit_state);
}
EXPORT_SYMBOL(net_ratelimit);

int sock_register(const struct net_proto_family *fam)
{
	if (fam->family < 0 || fam->family >= AF_MAX)
		return -ENOBUFS;
	guard(mutex)(&families_lock);
	if (families[fam->family])
		return -EEXIST;
	families[fam->family] = fam;
	return 0;
}
EXPORT_SYMBOL(sock_register);

void sock_unregister(int family)
{
	guard(mutex)(&families_lock);
	families[family] = NULL;
}
EXPORT_SYMBOL(sock_unregister);

/* --- Making sockets ------------------------------------------------------ */

static struct socket *sock_alloc(int type)
{
	struct socket *sock = kzalloc(sizeof(*sock), GFP_KERNEL);

	if (sock) {
		sock->type = type;
		sock->state = SS_UNCONNECTED;
	}
	return sock;
}

int __sock_create(struct net *net, int family, int type, int proto, struct socket **res, int kern)
{
	const struct net_proto_family *fam;
	struct socket *sock;
	int err;

	if (family < 0 || family >= AF_MAX)
		return -EAFNOSUPPORT;
	fam = READ_ONCE(families[family]);
	if (!fam)
		return -EAFNOSUPPORT;
	sock = sock_alloc(type);
	if (!sock)
		return -ENFILE;
	err = fam->create(net, sock, proto, kern);
	if (err) {
		kfree(sock);
		return err;
	}
	*res = sock;
	return 0;
}
EXPORT_SYMBOL(__sock_create);

void sock_release(struct socket *sock)
{
	if (sock->ops)
		sock->ops->release(sock);
	kfree(sock);
}
EXPORT_SYMBOL(sock_release);

/* --- The file of a socket ------------------------------------------------ */

static int sock_close(struct inode *inode, struct file *file)
{
	sock_release(file->private_data);
	return 0;
}

static __poll_t sock_poll(struct file *file, struct poll_table_struct *wait)
{
	struct socket *sock = file->private_data;

	return sock->ops->poll ? sock->ops->poll(file, sock, wait) : 0;
}

static long sock_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct socket *sock = file->private_data;

	return sock->ops->ioctl ? sock->ops->ioctl(sock, cmd, arg) : -ENOTTY;
}

static const struct file_operations socket_file_ops = {
	.release = sock_close,
	.poll = sock_poll,
	.unlocked_ioctl = sock_ioctl,
};

struct socket *sock_from_file(struct file *file)
{
	return file->f_op == &socket_file_ops ? file->private_data : NULL;
}
EXPORT_SYMBOL(sock_from_file);

/*
 * The file of @sock, and a descriptor for it that nobody sees before fd_install(). Consumes
 * @sock if that fails, else it is the file's.
 */
static int sock_reserve_fd(struct socket *sock, int flags)
{
	int fd = get_unused_fd_flags(flags & SOCK_CLOEXEC ? O_CLOEXEC : 0);
	struct file *file;

	if (fd < 0) {
		sock_release(sock);
		return fd;
	}
	file = anon_inode_getfile("socket", &socket_file_ops, sock,
				  O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0));
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		sock_release(sock);
		return PTR_ERR(file);
	}
	sock->file = file;
	return fd;
}

/* Makes the file of @sock and its descriptor; consumes @sock in any case. */
static int sock_map_fd(struct socket *sock, int flags)
{
	int fd = sock_reserve_fd(sock, flags);

	if (fd >= 0)
		fd_install(fd, sock->file);
	return fd;
}

/* --- The calls ----------------------------------------------------------- */

/* One system call on a socket: its file pinned, the kernel side entered. */
struct sock_call {
	struct file *file;
	struct socket *sock;
	int err;
};

static struct sock_call sock_call_begin(int fd)
{
	struct sock_call call = {};

	udm_call_begin();
	call.file = fget(fd);
	if (!call.file) {
		call.err = -EBADF;
		return call;
	}
	call.sock = sock_from_file(call.file);
	if (!call.sock)
		call.err = -ENOTSOCK;
	return call;
}

/* Sleeps end early only by a signal, which the application sees as EINTR. */
static long sock_result(long ret)
{
	if (ret >= 0)
		return ret;
	errno = ret == -ERESTARTSYS ? EINTR : -ret;
	return -1;
}

static long sock_call_end(struct sock_call *call, long ret)
{
	if (call->file)
		fput(call->file);
	udm_call_end();
	return sock_result(ret);
}

#define sock_call_op(call, op, ...)					\
	((call)->err ? (call)->err :					\
	 (call)->sock->ops->op ? (call)->sock->ops->op(__VA_ARGS__) : -EOPNOTSUPP)

int udm_socket(int domain, int type, int protocol)
{
	int flags = type & ~SOCK_TYPE_BITS, ret = -EINVAL;
	struct socket *sock;

	udm_call_begin();
	if (!(flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)))
		ret = __sock_create(current->nsproxy->net_ns, domain, type & SOCK_TYPE_BITS,
				    protocol, &sock, 0);
	if (!ret)
		ret = sock_map_fd(sock, flags);
	udm_call_end();
	return sock_result(ret);
}

int udm_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sock_call call = sock_call_begin(fd);
	struct sockaddr_storage copy;
	long ret = call.err;

	if (!ret && len > sizeof(copy))
		ret = -EINVAL;
	if (!ret && copy_from_user(&copy, addr, len))
		ret = -EFAULT;
	if (!ret)
		ret = sock_call_op(&call, bind, call.sock, (struct sockaddr *)&copy, len);
	return sock_call_end(&call, ret);
}

int udm_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct sock_call call = sock_call_begin(fd);
	struct sockaddr_storage copy;
	long ret = call.err;

	if (!ret && len > sizeof(copy))
		ret = -EINVAL;
	if (!ret && copy_from_user(&copy, addr, len))
		ret = -EFAULT;
	if (!ret)
		ret = sock_call_op(&call, connect, call.sock, (struct sockaddr *)&copy, len,
				   call.file->f_flags);
	return sock_call_end(&call, ret);
}

int udm_shutdown_socket(int fd, int how)
{
	struct sock_call call = sock_call_begin(fd);

	return sock_call_end(&call, sock_call_op(&call, shutdown, call.sock, how));
}

int udm_listen(int fd, int backlog)
{
	struct sock_call call = sock_call_begin(fd);

	return sock_call_end(&call, sock_call_op(&call, listen, call.sock, backlog));
}

/* What fits of an address goes to the application, and its true length. */
static int sock_addr_to_user(const struct sockaddr_storage *from, int len, struct sockaddr *addr,
			     socklen_t *ulen)
{
	socklen_t room;

	if (copy_from_user(&room, ulen, sizeof(room)))
		return -EFAULT;
	if ((int)room < 0)
		return -EINVAL;
	if (copy_to_user(addr, from, min_t(int, len, room)))
		return -EFAULT;
	room = len;
	return copy_to_user(ulen, &room, sizeof(room)) ? -EFAULT : 0;
}

static int sock_name(struct socket *sock, struct sockaddr *addr, socklen_t *len, int peer)
{
	struct sockaddr_storage name = {};
	int n;

	if (!sock->ops->getname)
		return -EOPNOTSUPP;
	n = sock->ops->getname(sock, (struct sockaddr *)&name, peer);
	return n < 0 ? n : sock_addr_to_user(&name, n, addr, len);
}

/* What can fail for want of something comes first: the connection waits meanwhile. */
static int sock_accept(struct socket *sock, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct socket *fresh;
	int err, fd, nonblock = sock->file->f_flags & O_NONBLOCK;

	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK))
		return -EINVAL;
	if (!sock->ops->accept)
		return -EOPNOTSUPP;
	fresh = sock_alloc(sock->type);
	if (!fresh)
		return -ENFILE;
	fresh->ops = sock->ops;
	fd = sock_reserve_fd(fresh, flags);
	if (fd < 0)
		return fd;
	err = sock->ops->accept(sock, fresh, nonblock);
	if (!err && addr)
		err = sock_name(fresh, addr, len, 1);
	if (err) {
		put_unused_fd(fd);
		fput(fresh->file);
		return err;
	}
	fd_install(fd, fresh->file);
	return fd;
}

int udm_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct sock_call call = sock_call_begin(fd);
	long ret = call.err;

	if (!ret)
		ret = sock_accept(call.sock, addr, len, flags);
	return sock_call_end(&call, ret);
}

int udm_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	return udm_accept4(fd, addr, len, 0);
}

static int sock_call_name(int fd, struct sockaddr *addr, socklen_t *len, int peer)
{
	struct sock_call call = sock_call_begin(fd);

	return sock_call_end(&call, call.err ?: sock_name(call.sock, addr, len, peer));
}

int udm_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	return sock_call_name(fd, addr, len, 0);
}

int udm_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
	return sock_call_name(fd, addr, len, 1);
}

int udm_setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)
{
	struct sock_call call = sock_call_begin(fd);
	sockptr_t val = USER_SOCKPTR((void *)optval);
	long ret = call.err;

	if (!ret && (int)optlen < 0)
		ret = -EINVAL;
	if (!ret && level == SOL_SOCKET)
		ret = sk_setsockopt(call.sock->sk, level, optname, val, optlen);
	else if (!ret)
		ret = sock_call_op(&call, setsockopt, call.sock, level, optname, val, optlen);
	return sock_call_end(&call, ret);
}

int udm_getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen)
{
	struct sock_call call = sock_call_begin(fd);
	long ret = call.err;

	if (!ret && level == SOL_SOCKET)
		ret = sk_getsockopt(call.sock->sk, level, optname, USER_SOCKPTR(optval),
				    USER_SOCKPTR(optlen));
	else if (!ret)
		ret = sock_call_op(&call, getsockopt, call.sock, level, optname, optval,
				   (int *)optlen);
	return sock_call_end(&call, ret);
}

/* Bytes an iovec describes, or a negative errno for one no call accepts. */
static ssize_t msg_iov_bytes(const struct msghdr *msg)
{
	size_t total = 0, i;

	if (msg->msg_iovlen > UIO_MAXIOV)
		return -EMSGSIZE;
	for (i = 0; i < msg->msg_iovlen; i++) {
		if ((ssize_t)msg->msg_iov[i].iov_len < 0)
			return -EINVAL;
		total += min(msg->msg_iov[i].iov_len, MSG_BYTES_MAX - total);
	}
	return total;
}

static int msg_nonblock(const struct sock_call *call, int flags)
{
	return call->file->f_flags & O_NONBLOCK ? flags | MSG_DONTWAIT : flags;
}

/* The kernel side works on its own copy of the control messages. */
static int msg_import_control(struct sock *sk, struct msghdr *msg)
{
	void *copy;

	if (!msg->msg_control || !msg->msg_controllen) {
		msg->msg_controllen = 0;
		return 0;
	}
	copy = msg->msg_controllen > INT_MAX ? NULL
		: sock_kmalloc(sk, msg->msg_controllen, GFP_KERNEL | __GFP_NOWARN);
	if (!copy)
		return -ENOBUFS;
	if (copy_from_user(copy, msg->msg_control, msg->msg_controllen)) {
		sock_kfree_s(sk, copy, msg->msg_controllen);
		return -EFAULT;
	}
	msg->msg_control = copy;
	return 0;
}

static ssize_t sock_sendmsg_iov(const struct sock_call *call, struct msghdr *msg, size_t len)
{
	ssize_t ret = msg_import_control(call->sock->sk, msg);

	if (ret)
		return ret;
	ret = sock_call_op(call, sendmsg, call->sock, msg, len);
	if (msg->msg_controllen)
		sock_kfree_s(call->sock->sk, msg->msg_control, msg->msg_controllen);
	return ret;
}

ssize_t udm_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct sock_call call = sock_call_begin(fd);
	struct msghdr copy = *msg;
	ssize_t ret = call.err ?: msg_iov_bytes(&copy);

	if (ret >= 0) {
		copy.msg_flags = msg_nonblock(&call, flags);
		ret = sock_sendmsg_iov(&call, &copy, ret);
	}
	ret = sock_call_end(&call, ret);
	/* Outside of the kernel side: the application may leave its handler as it likes. */
	if (ret < 0 && errno == EPIPE && !(flags & MSG_NOSIGNAL))
		raise(SIGPIPE);
	return ret;
}

ssize_t udm_send(int fd, const void *buf, size_t len, int flags)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	return udm_sendmsg(fd, &msg, flags);
}

/* Fills in what a successful receive tells about itself. */
static void msg_report(struct msghdr *msg, const struct msghdr *done, int flags)
{
	msg->msg_flags = done->msg_flags & ~(MSG_SOCK_DEVMEM | MSG_CMSG_CLOEXEC);
	if (msg->msg_control)
		msg->msg_controllen = (char *)done->msg_control - (char *)msg->msg_control;
	else
		msg->msg_controllen = 0;
	if (msg->msg_name)
		msg->msg_namelen = done->msg_namelen;
}

ssize_t udm_recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct sock_call call = sock_call_begin(fd);
	struct msghdr copy = *msg;
	ssize_t ret = call.err ?: msg_iov_bytes(&copy);

	copy.msg_flags = 0;
	if (ret >= 0)
		ret = sock_call_op(&call, recvmsg, call.sock, &copy, ret,
				   msg_nonblock(&call, flags));
	if (ret >= 0)
		msg_report(msg, &copy, flags);
	return sock_call_end(&call, ret);
}

ssize_t udm_recv(int fd, void *buf, size_t len, int flags)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	return udm_recvmsg(fd, &msg, flags);
}
