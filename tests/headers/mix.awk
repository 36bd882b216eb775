# SPDX-License-Identifier: GPL-2.0-only
# Which of our headers have to meet which of the host's, and in which order: see mix.sh.
# Input: host.macros (names), host.folders, host (its headers), ours (our headers), and
# the dependencies of each of ours, COMPILER.DIALECT.path@to@header.h.c.d.
# Output: after.N.c (host headers behind ours), before.N.c (in front of ours).

FILENAME ~ /host\.macros$/ { is_macro[$1] = 1; next }
FILENAME ~ /host\.folders$/ { folder[++folders] = $1; next }
FILENAME ~ /host$/ { host[++hosts] = $1; next }
FILENAME ~ /ours$/ { own[++owns] = $1; next }
FNR == 1 {
	of = FILENAME
	sub(/^.*\/[^.\/]*\.[^.\/]*\./, "", of)
	sub(/\.c\.d$/, "", of)
	gsub(/@/, "/", of)
}
{ for (i = 1; i <= NF; i++) needs[of, $i] = 1 }

# Our headers that do not include this header of the host or of ours, as a string of numbers.
function strangers(header, 	j, k, set, met) {
	for (j = 1; j <= owns; j++) {
		met = own[j] == header || ((own[j], inc header) in needs)
		for (k = 1; k <= folders && !met; k++)
			met = (own[j], folder[k] header) in needs
		if (!met)
			set = set " " j
	}
	return set
}

function write_own(set, out, 	n, list, j) {
	n = split(set, list, " ")
	for (j = 1; j <= n; j++)
		print "#include <" own[list[j]] ">" > out
}

function undefines_macros(header, 	line, word, found) {
	while ((getline line < (inc header)) > 0)
		if (line ~ /^#[ \t]*undef/ && split(line, word, /[ \t]+/) > 1 && word[2] in is_macro)
			found = 1
	close(inc header)
	return found
}

END {
	for (i = 1; i <= hosts; i++) {
		set = strangers(host[i])
		behind[set] = behind[set] "#include <" host[i] ">\n"
	}
	for (set in behind) {
		if (set == "")
			continue
		out = made "/after." ++pairs ".c"
		write_own(set, out)
		printf "%s", behind[set] > out
		close(out)
	}
	for (j = 1; j <= owns; j++)
		if (undefines_macros(own[j]))
			front[strangers(own[j])] = 1
	for (set in front) {
		out = made "/before." ++pairs ".c"
		for (i = 1; i <= hosts; i++)
			print "#include <" host[i] ">" > out
		write_own(set, out)
		close(out)
	}
}
