package io.enim.examples.agent.crash;

import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.StepProbe;
import io.enim.netlink.NetlinkProbe;
import io.enim.netlink.NetlinkStep;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One side of one step, of the manager's or of the kernel's messages. As text {@code ADD_MOVE_IN.before} or
 * {@code netlink:MOVE_IN.after}.
 */
record Point(String step, boolean isAfter) {
    private static final String NETLINK = "netlink:";

    static Point of(Step step, StepProbe.Side side) {
        return new Point(step.name(), side == StepProbe.Side.AFTER);
    }

    static Point of(NetlinkStep step, NetlinkProbe.Side side) {
        return new Point(NETLINK + step.name(), side == NetlinkProbe.Side.AFTER);
    }

    /** Every point there is, from the enums: a new step is here the moment it is named. */
    static List<Point> all() {
        return Stream.concat(
                        Arrays.stream(Step.values()).map(Step::name),
                        Arrays.stream(NetlinkStep.values()).map(step -> NETLINK + step.name()))
                .flatMap(step -> Stream.of(new Point(step, false), new Point(step, true)))
                .toList();
    }

    static Point parse(String text) {
        int dot = text.lastIndexOf('.');
        return new Point(text.substring(0, dot), text.substring(dot + 1).equals("after"));
    }

    boolean isPools() {
        return step.startsWith("POOL_");
    }

    /** Why no operation of ENIM passes here in this test; empty when one has to. */
    String whyUnreachable() {
        if (step.equals(NETLINK + NetlinkStep.BUILD)) {
            return "part of what a NetworkStage builds; no operation sends it";
        }
        if (step.equals(NETLINK + NetlinkStep.DETACH_XDP)) {
            return "an XDP program can be loaded outside of user namespaces only";
        }
        return "";
    }

    @Override
    public String toString() {
        return step + "." + (isAfter ? "after" : "before");
    }
}
