// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interfaces: one lwIP netif each, addresses, and what comes in that is no TCP.
 *
 * lwIP answers ARP, neighbour discovery and echo requests itself. It would send what it
 * addresses to itself round inside, with the help of a thread that does not exist here;
 * stack_if_credible() and stack_if_routes() keep such addresses away from it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack_if.h"

ip_addr_t addr_in(const struct stack_addr *addr, const struct netif *netif)
{
	ip_addr_t ip;

	memset(&ip, 0, sizeof(ip));
	if (addr_is_v4(addr)) {
		IP_SET_TYPE_VAL(ip, IPADDR_TYPE_V4);
		memcpy(&ip_2_ip4(&ip)->addr, addr->bytes + 12, 4);
		return ip;
	}
	IP_SET_TYPE_VAL(ip, IPADDR_TYPE_V6);
	memcpy(ip_2_ip6(&ip)->addr, addr->bytes, 16);
	if (netif)
		ip6_addr_assign_zone(ip_2_ip6(&ip), IP6_UNKNOWN, netif);
	return ip;
}

struct stack_addr addr_out(const ip_addr_t *ip)
{
	struct stack_addr addr = { .bytes = { [10] = 0xff, [11] = 0xff } };

	if (IP_IS_V4(ip))
		memcpy(addr.bytes + 12, &ip_2_ip4(ip)->addr, 4);
	else
		memcpy(addr.bytes, ip_2_ip6(ip)->addr, 16);
	return addr;
}

/* --- Life ---------------------------------------------------------------- */

static err_t setup(struct netif *netif)
{
	netif->name[0] = 'u';
	netif->name[1] = 'd';
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = stack_linkoutput;
	netif->hwaddr_len = 6;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_LINK_UP | NETIF_FLAG_MLD6;
	return ERR_OK;
}

struct stack_if *stack_if_add(void *iface, const uint8_t mac[6], unsigned int mtu)
{
	struct stack_if *sif = calloc(1, sizeof(*sif));

	if (!sif)
		return NULL;
	sif->iface = iface;
	memcpy(sif->netif.hwaddr, mac, 6);
	if (!netif_add(&sif->netif, NULL, NULL, NULL, sif, setup, ip_input)) {
		free(sif);
		return NULL;
	}
	sif->netif.mtu = mtu;
	sif->netif.mtu6 = mtu;
	netif_create_ip6_linklocal_address(&sif->netif, 1);
	netif_set_up(&sif->netif);
	netif_ip6_addr_set_state(&sif->netif, 0, IP6_ADDR_PREFERRED);
	/* Nobody here wants to be configured by a router. */
	sif->netif.rs_count = 0;
	return sif;
}

void stack_if_remove(struct stack_if *sif)
{
	stack_reason = ENETDOWN;
	netif_remove(&sif->netif);
	stack_reason = ETIMEDOUT;
	nd6_clear_destination_cache();
	free(sif);
}

/* --- Addresses ----------------------------------------------------------- */

static int ip6_slot(const struct netif *netif, const ip_addr_t *ip)
{
	for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (!ip6_addr_isinvalid(netif_ip6_addr_state(netif, i)) &&
		    ip6_addr_cmp_zoneless(netif_ip6_addr(netif, i), ip_2_ip6(ip)))
			return i;
	return -1;
}

static bool netif_has(const struct netif *netif, const ip_addr_t *ip)
{
	if (IP_IS_V6(ip))
		return ip6_slot(netif, ip) >= 0;
	return !ip4_addr_isany(ip_2_ip4(ip)) && ip4_addr_cmp(netif_ip4_addr(netif), ip_2_ip4(ip));
}

bool stack_if_has(const struct stack_if *sif, const struct stack_addr *addr)
{
	const ip_addr_t ip = addr_in(addr, NULL);

	return netif_has(&sif->netif, &ip);
}

static bool anybody_has(const ip_addr_t *ip)
{
	struct netif *netif;

	NETIF_FOREACH(netif)
		if (netif_has(netif, ip))
			return true;
	return false;
}

static int add_ip4(struct netif *netif, const ip_addr_t *ip, unsigned int prefix)
{
	ip4_addr_t mask;

	if (prefix < 1 || prefix > 30)
		return -EINVAL;
	if (!ip4_addr_isany(netif_ip4_addr(netif)))
		return -ENOSPC;
	mask.addr = lwip_htonl(~0u << (32 - prefix));
	if (ip4_addr_ismulticast(ip_2_ip4(ip)) ||
	    !(ip_2_ip4(ip)->addr & ~mask.addr) || !~(ip_2_ip4(ip)->addr | mask.addr))
		return -EINVAL;
	netif_set_addr(netif, ip_2_ip4(ip), &mask, IP4_ADDR_ANY4);
	return 0;
}

static int add_ip6(struct netif *netif, const ip_addr_t *ip, unsigned int prefix)
{
	s8_t slot;

	if (prefix != 64 || ip6_addr_ismulticast(ip_2_ip6(ip)) || ip6_addr_isany(ip_2_ip6(ip)))
		return -EINVAL;
	if (netif_add_ip6_address(netif, ip_2_ip6(ip), &slot) != ERR_OK)
		return -ENOSPC;
	netif_ip6_addr_set_state(netif, slot, IP6_ADDR_PREFERRED);
	nd6_clear_destination_cache();
	return 0;
}

int stack_if_add_address(struct stack_if *sif, const struct stack_addr *addr, unsigned int prefix)
{
	const ip_addr_t ip = addr_in(addr, &sif->netif);

	if (anybody_has(&ip))
		return -EEXIST;
	return IP_IS_V4(&ip) ? add_ip4(&sif->netif, &ip, prefix)
			     : add_ip6(&sif->netif, &ip, prefix);
}

int stack_if_remove_address(struct stack_if *sif, const struct stack_addr *addr)
{
	const ip_addr_t ip = addr_in(addr, NULL);

	if (!netif_has(&sif->netif, &ip))
		return -EADDRNOTAVAIL;
	stack_reason = ECONNABORTED;
	if (IP_IS_V4(&ip))
		netif_set_addr(&sif->netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
	else
		netif_ip6_addr_set_state(&sif->netif, ip6_slot(&sif->netif, &ip),
					 IP6_ADDR_INVALID);
	stack_reason = ETIMEDOUT;
	nd6_clear_destination_cache();
	return 0;
}

int stack_if_set_gateway(struct stack_if *sif, const struct stack_addr *addr)
{
	const ip_addr_t ip = addr_in(addr, NULL);

	if (!IP_IS_V4(&ip) || anybody_has(&ip) ||
	    (!ip_addr_isany(&ip) && !stack_if_on_link(sif, addr)))
		return -EINVAL;
	netif_set_gw(&sif->netif, ip_2_ip4(&ip));
	return 0;
}

/* --- Routes -------------------------------------------------------------- */

static bool on_link_ip6(const struct netif *netif, const ip_addr_t *ip)
{
	for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
		    ip6_addr_netcmp_zoneless(netif_ip6_addr(netif, i), ip_2_ip6(ip)))
			return true;
	return false;
}

bool stack_if_on_link(const struct stack_if *sif, const struct stack_addr *addr)
{
	const struct netif *netif = &sif->netif;
	const ip_addr_t ip = addr_in(addr, NULL);

	if (IP_IS_V6(&ip))
		return on_link_ip6(netif, &ip);
	return !ip4_addr_isany(netif_ip4_addr(netif)) &&
	       ip4_addr_netcmp(ip_2_ip4(&ip), netif_ip4_addr(netif), netif_ip4_netmask(netif)) &&
	       !ip4_addr_isbroadcast(ip_2_ip4(&ip), netif);
}

bool stack_if_routes(const struct stack_if *sif, const struct stack_addr *addr)
{
	const ip_addr_t ip = addr_in(addr, NULL);

	if (ip_addr_isany(&ip) || ip_addr_ismulticast(&ip) || netif_has(&sif->netif, &ip))
		return false;
	if (stack_if_on_link(sif, addr))
		return true;
	return IP_IS_V4(&ip) && !ip4_addr_isany(netif_ip4_gw(&sif->netif)) &&
	       !ip4_addr_isbroadcast(ip_2_ip4(&ip), &sif->netif) && !anybody_has(&ip);
}

bool stack_if_source(const struct stack_if *sif, const struct stack_addr *remote,
		     struct stack_addr *local)
{
	const struct netif *netif = &sif->netif;
	const ip_addr_t ip = addr_in(remote, netif);
	const ip_addr_t *best;

	best = IP_IS_V4(&ip) ? netif_ip_addr4(netif) : ip6_select_source_address(
				(struct netif *)netif, ip_2_ip6(&ip));
	if (!best || ip_addr_isany(best))
		return false;
	*local = addr_out(best);
	return true;
}

/*
 * An answer goes to the source. It must not be routed back to here: neither because this
 * interface has the address, nor because another one has it and this one no route to it.
 */
bool stack_if_credible(const struct stack_if *sif, const struct stack_addr *source)
{
	const ip_addr_t ip = addr_in(source, NULL);

	if (ip_addr_isany(&ip) || ip_addr_ismulticast(&ip) || netif_has(&sif->netif, &ip))
		return false;
	if (IP_IS_V4(&ip) && ip4_addr_isbroadcast(ip_2_ip4(&ip), &sif->netif))
		return false;
	return !anybody_has(&ip) || stack_if_on_link(sif, source);
}

/* --- Input --------------------------------------------------------------- */

struct stack_packet *stack_packet_alloc(size_t len, void **data)
{
	struct pbuf *p = len <= 0xffff ? pbuf_alloc(PBUF_RAW, len, PBUF_RAM) : NULL;

	if (p)
		*data = p->payload;
	return (struct stack_packet *)p;
}

/*
 * lwIP looks for routes in the order of its list. What answers a packet shall leave where
 * that came in, also when another interface is in the same subnet: so this one goes first.
 */
static void prefer(struct netif *netif)
{
	struct netif **at;

	netif_set_default(ip4_addr_isany(netif_ip4_gw(netif)) ? NULL : netif);
	for (at = &netif_list; *at != netif; at = &(*at)->next)
		;
	*at = netif->next;
	netif->next = netif_list;
	netif_list = netif;
}

void stack_if_packet(struct stack_if *sif, struct stack_packet *packet, bool arp)
{
	struct pbuf *p = (struct pbuf *)packet;

	prefer(&sif->netif);
	if (arp && p->len >= SIZEOF_ETHARP_HDR)
		etharp_input(p, &sif->netif);
	else if (arp)
		pbuf_free(p);
	else
		ip_input(p, &sif->netif);
}

void stack_if_input(struct stack_if *sif, struct pbuf *p)
{
	prefer(&sif->netif);
	ip_input(p, &sif->netif);
}
