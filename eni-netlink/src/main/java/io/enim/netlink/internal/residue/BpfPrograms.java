// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.residue;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.NetnsPaths;
import io.enim.netlink.internal.sys.Bpf;
import io.enim.netlink.internal.sys.Bpf.Attached;
import io.enim.netlink.internal.sys.Bpf.Hook;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.LinkMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The BPF programs that a tenant attached to a device: no link message shows those of tcx, a move keeps them, and a BPF link
 * holds them, or one of XDP, against a request of netlink for as long as a process holds the link. The namespace's and its
 * control groups' programs stay behind. Safe for concurrent use.
 *
 * <p>Each reading takes RTNL. So they are read when a device is verified on the host, and not when it returns from a sandbox.
 */
public final class BpfPrograms {
    private final NetlinkSessions sessions;
    private final boolean isQueryRequired;

    public BpfPrograms(NetlinkSessions sessions) {
        this.sessions = sessions;
        this.isQueryRequired = NetnsPaths.isInitialUserNamespace();
    }

    /** What is attached to a link on the host beside what the link shows, or why that cannot be read, in words. */
    public List<String> findings(LinkMessage link, Deadline deadline) {
        return onHost(deadline, () -> {
            List<String> findings = new ArrayList<>();
            for (Hook hook : Hook.values()) {
                try {
                    for (Attached attached : attached(link, hook)) {
                        findings.add("BPF program " + attached.program() + " is attached at " + hook);
                    }
                } catch (NetlinkException e) {
                    findings.add("whether a BPF program is attached at " + hook + " cannot be read: " + e.getMessage());
                }
            }
            return findings;
        });
    }

    /**
     * Detaches every program from a link on the host.
     *
     * @return the kernel's refusals
     */
    public List<NetlinkException> detach(LinkMessage link, Deadline deadline) {
        return onHost(deadline, () -> {
            List<NetlinkException> refusals = new ArrayList<>();
            for (Hook hook : Hook.values()) {
                try {
                    attached(link, hook).forEach(attached -> Bpf.detach(link.index(), hook, attached));
                } catch (NetlinkException e) {
                    refusals.add(e);
                }
            }
            try {
                detachXdpLink(link);
            } catch (NetlinkException e) {
                refusals.add(e);
            }
            return refusals;
        });
    }

    /** Not when several could be meant, for one of them would be on another endpoint's device. */
    private static void detachXdpLink(LinkMessage link) {
        if (link.hasXdp()) {
            List<Integer> links = Bpf.xdpLinks(link.index(), link.xdpPrograms());
            if (links.size() == 1) {
                Bpf.detachLink(links.get(0));
            }
        }
    }

    private List<Attached> attached(LinkMessage link, Hook hook) {
        sessions.counter().countAcquisition();
        try {
            return Bpf.query(link.index(), hook);
        } catch (NetlinkException e) {
            // EINVAL and ENOSYS: there is no such hook. In a user namespace neither a tenant nor ENIM may use bpf(2).
            boolean hasNone = e.is(Errno.EINVAL) || e.is(Errno.ENOSYS) || e.is(Errno.EPERM) && !isQueryRequired;
            if (hasNone) {
                return List.of();
            }
            throw e;
        }
    }

    private <T> T onHost(Deadline deadline, Supplier<T> systemCalls) {
        return sessions.threads().callInside(sessions.hostNamespace(), systemCalls, deadline);
    }
}
