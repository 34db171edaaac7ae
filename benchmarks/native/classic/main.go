// The classic sequence in Go, as CNI plugins do it, on vishvananda/netlink: one request for each change.
//
// Same protocol as move.c: arguments DEVICE NETNS FAMILIES, lines ADD and DEL on standard input, and the nanoseconds each
// took on standard output (its sends are not measured: 0).
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

const inside = "eth0"

func require(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "classic: %s: %v\n", what, err)
		os.Exit(1)
	}
}

// within runs work in the namespace, on this thread, and returns.
func within(host, sandbox netns.NsHandle, work func()) {
	require(netns.Set(sandbox), "setns into the namespace")
	work()
	require(netns.Set(host), "setns back")
}

func address(family, index int) *netlink.Addr {
	last := byte(2 + index%250)
	if family == netlink.FAMILY_V4 {
		return &netlink.Addr{IPNet: &net.IPNet{IP: net.IPv4(192, 0, 2, last).To4(), Mask: net.CIDRMask(24, 32)}}
	}
	ip := net.ParseIP("2001:db8::")
	ip[15] = last
	// IFA_F_NODAD: no wait for duplicate-address detection.
	return &netlink.Addr{IPNet: &net.IPNet{IP: ip, Mask: net.CIDRMask(64, 128)}, Flags: 2}
}

func gateway(family int) net.IP {
	if family == netlink.FAMILY_V4 {
		return net.IPv4(192, 0, 2, 1)
	}
	return net.ParseIP("2001:db8::1")
}

func add(device string, host, sandbox netns.NsHandle, families []int) {
	link, err := netlink.LinkByName(device)
	require(err, device)
	require(netlink.LinkSetDown(link), "down")
	require(netlink.LinkSetNsFd(link, int(sandbox)), "move in")
	within(host, sandbox, func() {
		link, err = netlink.LinkByName(device)
		require(err, "find inside")
		require(netlink.LinkSetName(link, inside), "rename")
		require(netlink.LinkSetAlias(link, device), "alias")
		require(netlink.LinkSetUp(link), "up")
		for _, family := range families {
			require(netlink.AddrAdd(link, address(family, link.Attrs().Index)), "add address")
		}
		for _, family := range families {
			route := &netlink.Route{LinkIndex: link.Attrs().Index, Gw: gateway(family)}
			require(netlink.RouteAdd(route), "add route")
		}
	})
}

func del(device string, host, sandbox netns.NsHandle) {
	within(host, sandbox, func() {
		link, err := netlink.LinkByName(inside)
		require(err, inside)
		require(netlink.LinkSetDown(link), "down")
		require(netlink.LinkSetAlias(link, ""), "clear alias")
		require(netlink.LinkSetName(link, device), "rename")
		require(netlink.LinkSetNsFd(link, int(host)), "move to host")
	})
	_, err := netlink.LinkByName(device)
	require(err, "find on host")
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "classic: DEVICE NETNS FAMILIES")
		os.Exit(2)
	}
	runtime.LockOSThread()
	host, err := netns.Get()
	require(err, "own namespace")
	families := []int{netlink.FAMILY_V4}
	if os.Args[3] == "46" {
		families = append(families, netlink.FAMILY_V6)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		began := time.Now()
		sandbox, err := netns.GetFromPath(os.Args[2])
		require(err, os.Args[2])
		if lines.Text() == "ADD" {
			add(os.Args[1], host, sandbox, families)
		} else {
			del(os.Args[1], host, sandbox)
		}
		require(sandbox.Close(), "close the namespace")
		fmt.Println(time.Since(began).Nanoseconds(), 0)
	}
}
