#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every public header compiles alone, all of them together, and together with the C
# library's and libcheck's in any order, without a warning, in each dialect.
set -eu
src=${srcdir:-.}
inc=$src/include
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

flags="-fms-extensions -funsigned-char -fno-strict-aliasing -fwrapv -fno-common -D__KERNEL__
	-Wall -Wextra -Werror -Wno-unknown-warning-option -Wno-microsoft-anon-tag
	-Wno-gnu-variable-sized-type-not-at-end"
host="aio.h argz.h arpa/inet.h assert.h byteswap.h check.h complex.h ctype.h dirent.h dlfcn.h
	elf.h endian.h err.h errno.h error.h execinfo.h fcntl.h features.h fenv.h float.h
	fnmatch.h ftw.h getopt.h glob.h grp.h iconv.h ifaddrs.h inttypes.h iso646.h langinfo.h
	libgen.h limits.h link.h locale.h malloc.h math.h mcheck.h memory.h mntent.h mqueue.h
	net/ethernet.h net/if.h net/if_arp.h netdb.h netinet/ether.h netinet/in.h netinet/ip.h
	netinet/ip6.h netinet/tcp.h netinet/udp.h netpacket/packet.h obstack.h paths.h poll.h
	pthread.h pwd.h regex.h resolv.h sched.h search.h semaphore.h setjmp.h signal.h spawn.h
	stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h
	strings.h sys/auxv.h sys/epoll.h sys/eventfd.h sys/fanotify.h sys/file.h sys/inotify.h
	sys/ioctl.h sys/ipc.h sys/mman.h sys/mount.h sys/msg.h sys/param.h sys/personality.h
	sys/poll.h sys/prctl.h sys/ptrace.h sys/queue.h sys/random.h sys/reboot.h
	sys/resource.h sys/select.h sys/sem.h sys/sendfile.h sys/shm.h sys/signalfd.h
	sys/socket.h sys/stat.h sys/statfs.h sys/statvfs.h sys/swap.h sys/syscall.h
	sys/sysinfo.h sys/time.h sys/timerfd.h sys/times.h sys/types.h sys/ucontext.h sys/uio.h
	sys/un.h sys/user.h sys/utsname.h sys/vfs.h sys/wait.h sys/xattr.h syslog.h termios.h
	tgmath.h threads.h time.h uchar.h ucontext.h unistd.h utime.h utmpx.h wchar.h wctype.h
	wordexp.h"

passed=0
failed=0

# compile WHAT DIALECT: the includes on standard input
compile() {
	# shellcheck disable=SC2086 # flags are words
	if ${CC:-cc} -I"$inc" -include linux/kconfig.h -std="$2" $flags -fsyntax-only -x c - 2>"$made/errors"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1 ($2):" >&2
		grep 'error:' "$made/errors" | head -n 5 >&2
	fi
}

includes() { sed 's/.*/#include <&>/'; }

# The machinery behind define_trace.h is read in passes and is no header to include.
(cd "$inc" && find . -name '*.h' | sed 's,^\./,,' | grep -v '^trace/[^/]*$' | LC_ALL=C sort) >"$made/ours"
for h in $host; do
	echo "#include <$h>" | ${CC:-cc} -fsyntax-only -x c - 2>/dev/null && echo "$h"
done >"$made/host"

while read -r header; do
	echo "$header" | includes >"$made/one.c"
	compile "$header" gnu11 <"$made/one.c"
done <"$made/ours"
for dialect in gnu11 c11 gnu17; do
	includes <"$made/ours" >"$made/all.c"
	compile "all headers" $dialect <"$made/all.c"
	tac "$made/ours" | includes >"$made/all.c"
	compile "all headers, backwards" $dialect <"$made/all.c"
	cat "$made/host" "$made/ours" | includes >"$made/all.c"
	compile "the host's first" $dialect <"$made/all.c"
	cat "$made/ours" "$made/host" | includes >"$made/all.c"
	compile "the host's last" $dialect <"$made/all.c"
	cat "$made/host" "$made/ours" | tac | includes >"$made/all.c"
	compile "the host's last, backwards" $dialect <"$made/all.c"
done
echo "mix: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
