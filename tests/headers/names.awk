# SPDX-License-Identifier: GPL-2.0-only
# Turns a list of the names a kernel file uses into a C file that uses them too, behind
# exactly the headers which that file includes. A header's list counts on what its
# users include as well (headers-indirect). -v inc=FOLDER: the public headers;
# -v kind=c or h: what the list is of.

# Names that a file brings along itself, in headers of its own folder, or that have a
# meaning inside an event only, or that C does not let stand alone.
function own(name) {
	return name ~ /^(dma_buf_(un)?init_sysfs_statistics|dma_buf_stats_(setup|teardown))$/ ||
	       name ~ /^(struct )?time_bench_|^TIME_BENCH_|^struct dma_buf_sysfs_entry$/ ||
	       name ~ /^(TP_STRUCT__entry|TP_fast_assign|TP_printk|__entry|__field|__builtin_.*)$/ ||
	       name ~ /^(TRACE_HEADER_MULTI_READ|sk_prot|sk_state|inline)$/
}

function exists(header, line) {
	return (getline line < (inc "/" header)) >= 0
}

function include(header) {
	if (header ~ /^"/)
		printf "#if __has_include(%s)\n#include %s\n#endif\n", header, header
	else
		print "#include " header
}

function use(name, how) {
	count++
	if (how == "attribute")
		printf "#ifndef %s\nint missing_%d = no_attribute_%s;\n#endif\n", name, count, name
	else if (how == "type" && name ~ /^struct /)
		printf "%s;\nvoid type_%d(%s *p);\n", name, count, name
	else if (how == "type")
		printf "unsigned long type_%d = sizeof(%s);\n", count, name
	else
		printf "#ifndef %s\nvoid use_%d(void)\n{\n\t(void)(%s);\n}\n#endif\n", name, count, name
}

function member(name, dot, type, field) {
	dot = match(name, /\.[^.]*$/)
	type = substr(name, 1, dot - 1)
	field = substr(name, dot + 1)
	# Written through an anonymous or named part of the structure.
	if (type == "struct page_pool" && field ~ /^(id|list|detach_time)$/)
		field = "user." field
	if (type == "read_descriptor_t" && field == "data")
		field = "arg." field
	if (type != "?")
		printf "void use_%d(%s *p)\n{\n\t(void)p->%s;\n}\n", ++count, type, field
}

/^# / { section = substr($0, 3); next }
/^$/ { next }
own($0) { next }
section == "headers" { if ($0 != "<asm/dma-direct.h>") include($0); next }
section == "headers-indirect" {
	if (kind == "h" && exists(substr($0, 2, length($0) - 2)))
		include($0)
	next
}
section == "functions" || section == "macros" || section == "constants" { body[++n] = "name " $0 }
section == "variables" { body[++n] = "name " $0 }
section == "types" { body[++n] = "type " ($0 == "rcu_head" ? "struct rcu_head" : $0) }
section == "attributes" { body[++n] = "attribute " $0 }
section == "members" { body[++n] = "member " $0 }

END {
	for (i = 1; i <= n; i++) {
		how = body[i]
		sub(/ .*/, "", how)
		name = substr(body[i], length(how) + 2)
		if (how == "member")
			member(name)
		else
			use(name, how)
	}
}
