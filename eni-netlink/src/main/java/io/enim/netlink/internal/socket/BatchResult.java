package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.wire.AckMessage;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Requests sent together and the kernel's answer to each.
 *
 * @param requests the requests, in order
 * @param acks the answers, in the same order
 */
public record BatchResult(List<NetlinkRequest> requests, List<AckMessage> acks) {
    public BatchResult {
        requests = List.copyOf(requests);
        acks = List.copyOf(acks);
        if (requests.size() != acks.size()) {
            throw new IllegalArgumentException(acks.size() + " answers to " + requests.size() + " requests");
        }
    }

    /** The refusal of the request at this position; empty when the kernel carried it out. */
    public Optional<NetlinkException> failure(int position) {
        AckMessage ack = acks.get(position);
        return ack.isSuccess()
                ? Optional.empty()
                : Optional.of(requests.get(position).refusal(ack));
    }

    /** Every refusal, in order. */
    public List<NetlinkException> failures() {
        return IntStream.range(0, requests.size())
                .mapToObj(this::failure)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Throws the first refusal, with the others suppressed onto it. */
    public void requireSuccess() {
        requireNone(failures());
    }

    /** Throws the first of these failures, with the others suppressed onto it. */
    public static void requireNone(List<NetlinkException> failures) {
        if (!failures.isEmpty()) {
            NetlinkException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }
}
