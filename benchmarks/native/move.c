/*
 * The yardstick: the cost of moving a device into a namespace and back to the host with nothing but the kernel's work.
 *
 *   move serve   DEVICE NETNS FAMILIES   the messages that ENIM sends, each ADD and DEL with new descriptors
 *   move classic DEVICE NETNS FAMILIES   the classic sequence: one request for each change, as plugins do
 *   move spin    DEVICE NETNS            a foreign mover: in and out until standard input ends
 *
 * serve and classic read lines from standard input, ADD or DEL, and answer each with two numbers: the nanoseconds it
 * took, and those of them spent sending. FAMILIES is 4 or 46. The addresses are those of documentation, 192.0.2.N/24 and
 * 2001:db8::N/64, with N from the device's index. The ENI is DEVICE on the host and eth0 inside. Any error ends the program.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define INSIDE "eth0"

static long long sending;

static void require(int ok, const char *what) {
  if (!ok) {
    fprintf(stderr, "move: %s: %s\n", what, strerror(errno));
    exit(1);
  }
}

static long long nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Requests, one after the other in one buffer; one send for all of them. */
struct batch {
  char bytes[4096] __attribute__((aligned(4)));
  size_t length;
  size_t start;
  int requests;
};

static void *begin(struct batch *b, int type, int flags, size_t size) {
  struct nlmsghdr *header;
  b->start = b->length;
  header = (struct nlmsghdr *)(b->bytes + b->start);
  memset(header, 0, NLMSG_SPACE(size));
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | flags;
  header->nlmsg_seq = ++b->requests;
  header->nlmsg_len = NLMSG_LENGTH(size);
  b->length += NLMSG_SPACE(size);
  return NLMSG_DATA(header);
}

static void attribute(struct batch *b, int type, const void *value, size_t size) {
  struct rtattr *a = (struct rtattr *)(b->bytes + b->length);
  memset(a, 0, RTA_SPACE(size));
  a->rta_type = type;
  a->rta_len = RTA_LENGTH(size);
  memcpy(RTA_DATA(a), value, size);
  b->length += RTA_SPACE(size);
  ((struct nlmsghdr *)(b->bytes + b->start))->nlmsg_len = b->length - b->start;
}

static void number(struct batch *b, int type, unsigned value) { attribute(b, type, &value, sizeof value); }
static void text(struct batch *b, int type, const char *value) { attribute(b, type, value, strlen(value) + 1); }

static int netlink(void) {
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  int one = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  require(fd >= 0, "socket");
  require(!bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
  require(!setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one), "NETLINK_EXT_ACK");
  require(!setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one), "NETLINK_CAP_ACK");
  return fd;
}

/* Sends, and waits for the answer to each request; the first answer is left in the batch's buffer. */
static void transact(int fd, struct batch *b, const char *what) {
  char answer[16384] __attribute__((aligned(4)));
  int left = b->requests;
  long long began = nanos();
  require(send(fd, b->bytes, b->length, 0) == (ssize_t)b->length, what);
  sending += nanos() - began;
  while (left > 0) {
    int got = recv(fd, answer, sizeof answer, 0);
    require(got > 0, what);
    for (struct nlmsghdr *h = (struct nlmsghdr *)answer; NLMSG_OK(h, got); h = NLMSG_NEXT(h, got)) {
      if (h->nlmsg_type == NLMSG_ERROR) {
        errno = -((struct nlmsgerr *)NLMSG_DATA(h))->error;
        require(errno == 0, what);
      }
      left--;
    }
  }
}

static int index_of(int fd, const char *name) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  require(!ioctl(fd, SIOCGIFINDEX, &request), name);
  return request.ifr_ifindex;
}

static void look(int fd, int index) {
  struct batch b = {.length = 0};
  ((struct ifinfomsg *)begin(&b, RTM_GETLINK, 0, sizeof(struct ifinfomsg)))->ifi_index = index;
  number(&b, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  transact(fd, &b, "look up link");
}

static void set_link(struct batch *b, int index, unsigned flags, unsigned change) {
  struct ifinfomsg *link = begin(b, RTM_SETLINK, NLM_F_ACK, sizeof *link);
  link->ifi_index = index;
  link->ifi_flags = flags;
  link->ifi_change = change;
}

static void add_address(struct batch *b, int family, int index, int last) {
  unsigned char v4[4] = {192, 0, 2, 0}, v6[16] = {0x20, 1, 0x0d, 0xb8};
  struct ifaddrmsg *address = begin(b, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, sizeof *address);
  address->ifa_family = family;
  address->ifa_index = index;
  address->ifa_prefixlen = family == AF_INET ? 24 : 64;
  address->ifa_flags = family == AF_INET ? 0 : IFA_F_NODAD;
  v4[3] = v6[15] = last;
  attribute(b, IFA_LOCAL, family == AF_INET ? v4 : v6, family == AF_INET ? 4 : 16);
  attribute(b, IFA_ADDRESS, family == AF_INET ? v4 : v6, family == AF_INET ? 4 : 16);
}

static void add_default_route(struct batch *b, int family, int index) {
  unsigned char v4[4] = {192, 0, 2, 1}, v6[16] = {0x20, 1, 0x0d, 0xb8};
  struct rtmsg *route = begin(b, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof *route);
  route->rtm_family = family;
  route->rtm_table = RT_TABLE_MAIN;
  route->rtm_protocol = RTPROT_STATIC;
  route->rtm_type = RTN_UNICAST;
  v6[15] = 1;
  attribute(b, RTA_GATEWAY, family == AF_INET ? v4 : v6, family == AF_INET ? 4 : 16);
  number(b, RTA_OIF, index);
}

static int host, dual;
static const char *device, *path;

/* A namespace, and a socket in it, opened by entering it and returning. */
static int enter(int *netns) {
  int inside;
  *netns = open(path, O_RDONLY | O_CLOEXEC);
  require(*netns >= 0, path);
  require(!setns(*netns, CLONE_NEWNET), "setns into the namespace");
  inside = netlink();
  require(!setns(host, CLONE_NEWNET), "setns back");
  return inside;
}

static void leave(int netns, int inside) {
  close(inside);
  close(netns);
}

static void one(int fd, struct batch *b, const char *what) {
  transact(fd, b, what);
  b->length = b->requests = 0;
}

static void add(int classic) {
  struct batch b = {.length = 0};
  int netns, inside = enter(&netns), outside = netlink(), index = index_of(outside, device), last = 2 + index % 250;
  look(outside, index);
  if (classic) {
    set_link(&b, index, 0, IFF_UP);
    one(outside, &b, "down");
    set_link(&b, index, 0, 0);
    number(&b, IFLA_NET_NS_FD, netns);
    one(outside, &b, "move in");
    index = index_of(inside, device);
    look(inside, index);
    set_link(&b, index, 0, 0);
    text(&b, IFLA_IFNAME, INSIDE);
    one(inside, &b, "rename");
    set_link(&b, index, 0, 0);
    text(&b, IFLA_IFALIAS, device);
    one(inside, &b, "alias");
    set_link(&b, index, IFF_UP, IFF_UP);
    one(inside, &b, "up");
  } else {
    set_link(&b, index, IFF_UP, IFF_UP);
    number(&b, IFLA_NET_NS_FD, netns);
    number(&b, IFLA_NEW_IFINDEX, index);
    text(&b, IFLA_IFNAME, INSIDE);
    text(&b, IFLA_IFALIAS, device);
    one(outside, &b, "move in");
  }
  for (int family = AF_INET; family; family = family == AF_INET && dual ? AF_INET6 : 0) {
    add_address(&b, family, index, last);
    if (classic) one(inside, &b, "add address");
  }
  for (int family = AF_INET; family; family = family == AF_INET && dual ? AF_INET6 : 0) {
    add_default_route(&b, family, index);
    if (classic) one(inside, &b, "add route");
  }
  if (!classic) one(inside, &b, "configure");
  require(index_of(inside, INSIDE) == index, "the device inside is another one");
  close(outside);
  leave(netns, inside);
}

static void delete(int classic) {
  static const unsigned char broadcast[6] = {255, 255, 255, 255, 255, 255};
  struct batch b = {.length = 0};
  int netns, inside = enter(&netns), outside, index = index_of(inside, INSIDE);
  look(inside, index);
  if (classic) {
    set_link(&b, index, 0, IFF_UP);
    one(inside, &b, "down");
    set_link(&b, index, 0, 0);
    text(&b, IFLA_IFALIAS, "");
    one(inside, &b, "clear alias");
    set_link(&b, index, 0, 0);
    text(&b, IFLA_IFNAME, device);
    one(inside, &b, "rename");
    look(inside, index);
    set_link(&b, index, 0, 0);
    number(&b, IFLA_NET_NS_FD, host);
    one(inside, &b, "move to host");
  } else {
    set_link(&b, index, 0, IFF_UP | IFF_PROMISC | IFF_ALLMULTI | IFF_NOARP);
    number(&b, IFLA_NET_NS_FD, host);
    text(&b, IFLA_IFNAME, device);
    number(&b, IFLA_NEW_IFINDEX, index);
    text(&b, IFLA_IFALIAS, "");
    number(&b, IFLA_GROUP, 0);
    attribute(&b, IFLA_BROADCAST, broadcast, sizeof broadcast);
    one(inside, &b, "return to host");
  }
  outside = netlink();
  require(index_of(outside, device) == index, "another device has its name on the host");
  close(outside);
  leave(netns, inside);
}

static void serve(int classic) {
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    long long began = nanos();
    sending = 0;
    if (!strcmp(line, "ADD\n")) {
      add(classic);
    } else if (!strcmp(line, "DEL\n")) {
      delete(classic);
    } else {
      fprintf(stderr, "move: say ADD or DEL, not %s", line);
      exit(1);
    }
    printf("%lld %lld\n", nanos() - began, sending);
    fflush(stdout);
  }
}

/* Moves in and out, with nothing else, until standard input ends. */
static void spin(void) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  int netns, inside = enter(&netns), outside = netlink();
  while (poll(&input, 1, 0) == 0) {
    struct batch b = {.length = 0};
    set_link(&b, index_of(outside, device), 0, 0);
    number(&b, IFLA_NET_NS_FD, netns);
    one(outside, &b, "foreign move in");
    set_link(&b, index_of(inside, device), 0, 0);
    number(&b, IFLA_NET_NS_FD, host);
    one(inside, &b, "foreign move to host");
  }
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "move: serve|classic|spin DEVICE NETNS [FAMILIES]\n");
    return 2;
  }
  device = arguments[2];
  path = arguments[3];
  dual = count > 4 && !strcmp(arguments[4], "46");
  host = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  require(host >= 0, "/proc/thread-self/ns/net");
  if (!strcmp(arguments[1], "spin")) {
    spin();
  } else {
    serve(!strcmp(arguments[1], "classic"));
  }
  return 0;
}
