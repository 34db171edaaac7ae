package io.enim.netlink;

import io.enim.netlink.NetlinkProbe.Side;
import io.enim.netlink.internal.wire.AckMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The requests of one datagram on their way past a probe, and their answers on the way back. */
final class Probed {
    private static final String SAID = "as a probe has it";

    private final NetlinkProbe probe;
    private final List<Request> requests;
    private final List<Integer> refusals = new ArrayList<>();
    private final List<Request> passed = new ArrayList<>();

    private Probed(NetlinkProbe probe, List<Request> requests) {
        this.probe = probe;
        this.requests = requests;
        for (Request request : requests) {
            int errno = probe.at(request.step(), Side.BEFORE);
            refusals.add(errno);
            if (errno == 0) {
                passed.add(request);
            }
        }
    }

    static Probed before(NetlinkProbe probe, List<Request> requests) {
        return new Probed(probe, requests);
    }

    /** What is to be sent. */
    List<Request> passed() {
        return passed;
    }

    /** All requests with their answers. */
    Batch after(List<AckMessage> answers) {
        Iterator<AckMessage> next = answers.iterator();
        List<AckMessage> acks = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            int refusal = refusals.get(i);
            AckMessage ack = refusal == 0 ? next.next() : new AckMessage(0, refusal, SAID);
            int spoilt = probe.at(requests.get(i).step(), Side.AFTER);
            acks.add(spoilt == 0 ? ack : new AckMessage(ack.sequence(), spoilt, SAID));
        }
        return new Batch(requests, acks);
    }

    /** For a request that is answered by more than a yes or no. */
    static void stand(NetlinkProbe probe, Request request, Side side) {
        int errno = probe.at(request.step(), side);
        if (errno != 0) {
            throw new NetlinkException(request.operation(), request.device(), errno, SAID);
        }
    }
}
