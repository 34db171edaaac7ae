package io.enim.systemtests.crash;

import io.enim.core.internal.step.FailPoint;
import io.enim.core.internal.step.Step;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One side of one step, of the manager's or of the kernel's messages. As text {@code ADD_MOVE_IN.before} or
 * {@code netlink:MOVE_IN.after}.
 */
record CrashPoint(String step, boolean isAfter) {
    private static final String NETLINK = "netlink:";

    static CrashPoint of(Step step, FailPoint.Side side) {
        return new CrashPoint(step.name(), side == FailPoint.Side.AFTER);
    }

    static CrashPoint of(NetlinkOperation step, NetlinkFailPoint.Side side) {
        return new CrashPoint(NETLINK + step.name(), side == NetlinkFailPoint.Side.AFTER);
    }

    /** Every point there is, from the enums: a new step is here the moment it is named. */
    static List<CrashPoint> all() {
        return Stream.concat(
                        Arrays.stream(Step.values()).map(Step::name),
                        Arrays.stream(NetlinkOperation.values()).map(step -> NETLINK + step.name()))
                .flatMap(step -> Stream.of(new CrashPoint(step, false), new CrashPoint(step, true)))
                .toList();
    }

    static CrashPoint parse(String text) {
        int dot = text.lastIndexOf('.');
        return new CrashPoint(text.substring(0, dot), text.substring(dot + 1).equals("after"));
    }

    boolean isPools() {
        return step.startsWith("POOL_");
    }

    /** Whether this is a message that changes nothing. */
    boolean onlyReads() {
        return step.startsWith(NETLINK + "LIST_") || step.equals(NETLINK + NetlinkOperation.LOOK_UP_LINK);
    }

    /** Why no operation of ENIM passes here in this test; empty when one has to. */
    String whyUnreachable() {
        return switch (step) {
            case NETLINK + "BUILD" -> "part of what a NetworkTestbed builds; no operation sends it";
            case NETLINK + "DETACH_XDP" -> "an XDP program can be loaded outside of user namespaces only";
            case NETLINK + "LIST_NEXTHOPS" ->
                "only where a route of the host goes through a nexthop object: ProtectedLinksIT";
            default -> "";
        };
    }

    @Override
    public String toString() {
        return step + "." + (isAfter ? "after" : "before");
    }
}
