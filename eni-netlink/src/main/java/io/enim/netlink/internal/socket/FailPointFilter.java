package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkFailPoint.Side;
import io.enim.netlink.internal.wire.AckMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The requests of one datagram on their way past a probe, and their answers on the way back. */
final class FailPointFilter {
    private static final String FAIL_POINT_TEXT = "as a probe has it";

    private final NetlinkFailPoint failPoint;
    private final List<NetlinkRequest> requests;
    private final List<Integer> refusals = new ArrayList<>();
    private final List<NetlinkRequest> passed = new ArrayList<>();

    private FailPointFilter(NetlinkFailPoint probe, List<NetlinkRequest> requests) {
        this.failPoint = probe;
        this.requests = requests;
        for (NetlinkRequest netlinkRequest : requests) {
            int errno = probe.at(netlinkRequest.step(), Side.BEFORE);
            refusals.add(errno);
            if (errno == 0) {
                passed.add(netlinkRequest);
            }
        }
    }

    static FailPointFilter before(NetlinkFailPoint probe, List<NetlinkRequest> requests) {
        return new FailPointFilter(probe, requests);
    }

    /** What is to be sent. */
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
            int spoilt = failPoint.at(requests.get(i).step(), Side.AFTER);
            acks.add(spoilt == 0 ? ack : new AckMessage(ack.sequence(), spoilt, FAIL_POINT_TEXT));
        }
        return new BatchResult(requests, acks);
    }

    /** For a request that is answered by more than a yes or no. */
    static void check(NetlinkFailPoint probe, NetlinkRequest netlinkRequest, Side side) {
        int errno = probe.at(netlinkRequest.step(), side);
        if (errno != 0) {
            throw new NetlinkException(netlinkRequest.operation(), netlinkRequest.device(), errno, FAIL_POINT_TEXT);
        }
    }
}
