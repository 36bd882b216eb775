// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control messages from the kernel side to an application's recvmsg.
 *
 * The msghdr is the call's private copy: msg_control and msg_controllen are
 * advanced as messages are written, and what remains tells the caller how much
 * was used. The buffer is the application's memory. Task context.
 */
#include <linux/export.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Payload that is sent to the application together with the header. */
#define SHORT_PAYLOAD 48

/* Header and as much of the payload as @room says, behind each other as recvmsg wants them. */
static int cmsg_write(struct msghdr *msg, int level, int type, size_t room, const void *data)
{
	struct {
		struct cmsghdr head;
		char payload[SHORT_PAYLOAD];
	} cmsg;
	size_t payload = room - CMSG_LEN(0), together = min_t(size_t, payload, SHORT_PAYLOAD);
	char __user *at = msg->msg_control;

	cmsg.head = (struct cmsghdr){ .cmsg_len = room, .cmsg_level = level, .cmsg_type = type };
	memcpy(cmsg.payload, data, together);
	if (copy_to_user(at, &cmsg, CMSG_LEN(together)) ||
	    (payload > together && copy_to_user(at + CMSG_LEN(together), data + together,
						payload - together)))
		return -EFAULT;
	return 0;
}

static int cmsg_append(struct msghdr *msg, int level, int type, size_t room, int len,
		       const void *data)
{
	size_t step = min_t(size_t, CMSG_SPACE(len), msg->msg_controllen);
	int err = cmsg_write(msg, level, type, room, data);

	if (err)
		return err;
	msg->msg_control = (char *)msg->msg_control + step;
	msg->msg_controllen -= step;
	return 0;
}

int put_cmsg(struct msghdr *msg, int level, int type, int len, void *data)
{
	size_t room = CMSG_LEN(len);

	if (!msg->msg_control || msg->msg_controllen < sizeof(struct cmsghdr)) {
		msg->msg_flags |= MSG_CTRUNC;
		return 0;
	}
	if (msg->msg_controllen < room) {
		msg->msg_flags |= MSG_CTRUNC;
		room = msg->msg_controllen;
	}
	return cmsg_append(msg, level, type, room, len, data);
}
EXPORT_SYMBOL(put_cmsg);

int put_cmsg_notrunc(struct msghdr *msg, int level, int type, int len, void *data)
{
	if (!msg->msg_control || msg->msg_controllen < CMSG_LEN(len))
		return -ETOOSMALL;
	return cmsg_append(msg, level, type, CMSG_LEN(len), len, data);
}
EXPORT_SYMBOL(put_cmsg_notrunc);
