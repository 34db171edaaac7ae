// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkFailPoint.Side;
import io.enim.netlink.internal.wire.AckMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Applies a fail point to requests before they are sent, and to their answers afterwards. */
final class FailPointFilter {
    private FailPointFilter() {}

    /** Sends those requests of a datagram that the fail point lets pass, and replaces the answers that it fails. */
    static BatchResult transact(
            NetlinkFailPoint failPoint,
            List<NetlinkRequest> requests,
            Function<List<NetlinkRequest>, List<AckMessage>> exchange) {
        int[] refusals = requests.stream()
                .mapToInt(request -> failPoint.at(request.operation(), Side.BEFORE))
                .toArray();
        IntStream passed = IntStream.range(0, refusals.length).filter(i -> refusals[i] == 0);
        Iterator<AckMessage> answers =
                exchange.apply(passed.mapToObj(requests::get).toList()).iterator();
        List<Optional<NetlinkException>> outcomes = new ArrayList<>();
        for (int i = 0; i < refusals.length; i++) {
            NetlinkRequest request = requests.get(i);
            AckMessage ack = refusals[i] == 0 ? answers.next() : injected(refusals[i]);
            int replacement = failPoint.at(request.operation(), Side.AFTER);
            AckMessage outcome = replacement == 0 ? ack : injected(replacement);
            outcomes.add(outcome.isSuccess() ? Optional.empty() : Optional.of(request.refusal(outcome)));
        }
        return new BatchResult(outcomes);
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
            throw request.refusal(injected(errno));
        }
    }

    private static AckMessage injected(int errno) {
        return new AckMessage(errno, "injected by a fail point");
    }
}
