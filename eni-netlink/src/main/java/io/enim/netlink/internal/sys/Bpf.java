// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bpf(2)}: the programs that are attached to a network device, and their detachment (linux/bpf.h). A device is that
 * with the index in the network namespace of the calling thread.
 */
public final class Bpf {
    /** The hooks that hold programs of a device beside XDP: {@code BPF_TCX_INGRESS} and {@code BPF_TCX_EGRESS}. */
    public enum Hook {
        TCX_INGRESS(46),
        TCX_EGRESS(47);

        private final int type;

        Hook(int type) {
            this.type = type;
        }
    }

    /**
     * A program where it is attached.
     *
     * @param link the id of the BPF link that holds it; 0 when none does
     */
    public record Attached(int program, int link) {}

    private static final int BPF_PROG_DETACH = 9;
    private static final int BPF_PROG_GET_FD_BY_ID = 13;
    private static final int BPF_OBJ_GET_INFO_BY_FD = 15;
    private static final int BPF_PROG_QUERY = 16;
    private static final int BPF_LINK_GET_FD_BY_ID = 30;
    private static final int BPF_LINK_GET_NEXT_ID = 31;
    private static final int BPF_LINK_DETACH = 34;
    private static final int BPF_LINK_TYPE_XDP = 6;
    /** {@code BPF_MPROG_MAX}: a hook holds no more. */
    private static final int MOST = 64;

    private static final int QUERY_SIZE = 64;
    private static final int INFO_SIZE = 64;

    private Bpf() {}

    /**
     * The programs at a hook of a device, in order. Takes RTNL.
     *
     * @throws NetlinkException with EINVAL or ENOSYS when the kernel has no such hook, which came with 6.6
     */
    public static List<Attached> query(int ifindex, Hook hook) {
        ByteBuffer programs = Native.direct(MOST * 4);
        ByteBuffer links = Native.direct(MOST * 4);
        ByteBuffer query = Native.direct(QUERY_SIZE)
                .putInt(0, ifindex)
                .putInt(4, hook.type)
                .putLong(16, Native.address(programs))
                .putInt(24, MOST)
                .putLong(40, Native.address(links));
        Native.bpf("BPF_PROG_QUERY", BPF_PROG_QUERY, query);
        Reference.reachabilityFence(programs);
        Reference.reachabilityFence(links);
        List<Attached> attached = new ArrayList<>();
        for (int i = 0; i < query.getInt(24); i++) {
            attached.add(new Attached(programs.getInt(i * 4), links.getInt(i * 4)));
        }
        return attached;
    }

    /** Detaches a program from a hook of a device, also one that a process still holds; one that is gone is no error. */
    public static void detach(int ifindex, Hook hook, Attached attached) {
        if (attached.link() != 0) {
            detachLink(attached.link());
            return;
        }
        withObject("BPF_PROG_GET_FD_BY_ID", BPF_PROG_GET_FD_BY_ID, attached.program(), program -> {
            ByteBuffer detach =
                    Native.direct(32).putInt(0, ifindex).putInt(4, program).putInt(8, hook.type);
            Native.bpf("BPF_PROG_DETACH", BPF_PROG_DETACH, detach);
        });
    }

    /** Detaches a link from its device; it stays with its holders, without effect. */
    public static void detachLink(int id) {
        withObject("BPF_LINK_GET_FD_BY_ID", BPF_LINK_GET_FD_BY_ID, id, link -> {
            Native.bpf("BPF_LINK_DETACH", BPF_LINK_DETACH, Native.direct(8).putInt(0, link));
        });
    }

    /**
     * The links that hold one of these XDP programs on a device of this index, in any network namespace: a link does not
     * tell its namespace.
     */
    public static List<Integer> xdpLinks(int ifindex, List<Integer> programs) {
        List<Integer> found = new ArrayList<>();
        ByteBuffer next = Native.direct(12);
        while (hasNext(next)) {
            int id = next.getInt(4);
            withObject("BPF_LINK_GET_FD_BY_ID", BPF_LINK_GET_FD_BY_ID, id, link -> {
                ByteBuffer info = info(link); // struct bpf_link_info: type, id, prog_id; xdp.ifindex is at 16
                if (info.getInt(0) == BPF_LINK_TYPE_XDP
                        && info.getInt(16) == ifindex
                        && programs.contains(info.getInt(8))) {
                    found.add(id);
                }
            });
            next.putInt(0, id);
        }
        return found;
    }

    private static boolean hasNext(ByteBuffer position) {
        try {
            Native.bpf("BPF_LINK_GET_NEXT_ID", BPF_LINK_GET_NEXT_ID, position);
            return true;
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static ByteBuffer info(int fd) {
        ByteBuffer info = Native.direct(INFO_SIZE);
        ByteBuffer get = Native.direct(16).putInt(0, fd).putInt(4, INFO_SIZE).putLong(8, Native.address(info));
        Native.bpf("BPF_OBJ_GET_INFO_BY_FD", BPF_OBJ_GET_INFO_BY_FD, get);
        Reference.reachabilityFence(info);
        return info;
    }

    private interface Work {
        void with(int fd);
    }

    private static void withObject(String name, int command, int id, Work work) {
        int fd;
        try {
            fd = Native.bpf(name, command, Native.direct(12).putInt(0, id));
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOENT)) {
                return;
            }
            throw e;
        }
        try {
            work.with(fd);
        } finally {
            Native.close(fd);
        }
    }
}
