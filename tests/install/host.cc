// SPDX-License-Identifier: GPL-2.0-only
// A C++ program on the host API; the script puts every <udevmem/...> header in front.
#include <cstdio>
#include <vector>

namespace {
int answer;

void *in_the_machine(void *ctx)
{
	answer = *static_cast<int *>(ctx);
	return ctx;
}
}

int main()
{
	struct udm_config config = {};
	std::vector<int> given(1, 42);

	config.cpus = 2;
	if (udm_boot(&config))
		return 1;
	udm_thread_join(udm_thread_create("host", in_the_machine, given.data()));
	if (answer != 42 || udm_warn_count())
		std::fprintf(stderr, "host: answer %d, %u warnings\n", answer, udm_warn_count());
	return udm_shutdown() || answer != 42;
}
