package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkFailPoint.Side;
import io.enim.netlink.internal.wire.AckMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/** Applies a fail point to the requests of one datagram before they are sent, and to their answers afterwards. */
final class FailPointFilter {
    private static final String FAIL_POINT_TEXT = "injected by a fail point";

    private final NetlinkFailPoint failPoint;
    private final List<NetlinkRequest> requests;
    private final List<Integer> refusals = new ArrayList<>();
    private final List<NetlinkRequest> passed = new ArrayList<>();

    FailPointFilter(NetlinkFailPoint failPoint, List<NetlinkRequest> requests) {
        this.failPoint = failPoint;
        this.requests = requests;
        for (NetlinkRequest request : requests) {
            int errno = failPoint.at(request.operation(), Side.BEFORE);
            refusals.add(errno);
            if (errno == 0) {
                passed.add(request);
            }
        }
    }

    /** The requests to be sent. */
    List<NetlinkRequest> passed() {
        return passed;
    }

    /** All requests with their answers. */
    BatchResult after(List<AckMessage> answers) {
        Iterator<AckMessage> next = answers.iterator();
        List<AckMessage> acks = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            int refusal = refusals.get(i);
            AckMessage ack = refusal == 0 ? next.next() : new AckMessage(0, refusal, FAIL_POINT_TEXT);
            int replacement = failPoint.at(requests.get(i).operation(), Side.AFTER);
            acks.add(replacement == 0 ? ack : new AckMessage(ack.sequence(), replacement, FAIL_POINT_TEXT));
        }
        return new BatchResult(requests, acks);
    }

    /** Reads with one request, whose answer is data rather than an acknowledgement. */
    static <T> T around(NetlinkFailPoint failPoint, NetlinkRequest request, Supplier<T> reading) {
        check(failPoint, request, Side.BEFORE);
        T answer = reading.get();
        check(failPoint, request, Side.AFTER);
        return answer;
    }

    private static void check(NetlinkFailPoint failPoint, NetlinkRequest request, Side side) {
        int errno = failPoint.at(request.operation(), side);
        if (errno != 0) {
            throw request.refusal(new AckMessage(0, errno, FAIL_POINT_TEXT));
        }
    }
}
