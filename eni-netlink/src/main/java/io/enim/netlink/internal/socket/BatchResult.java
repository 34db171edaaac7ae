package io.enim.netlink;

import io.enim.netlink.internal.wire.AckMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests sent together and the kernel's answer to each.
 *
 * @param requests what was asked, in order
 * @param acks the answers, in the same order
 */
record Batch(List<Request> requests, List<AckMessage> acks) {
    Batch {
        requests = List.copyOf(requests);
        acks = List.copyOf(acks);
        if (requests.size() != acks.size()) {
            throw new IllegalArgumentException(acks.size() + " answers to " + requests.size() + " requests");
        }
    }

    /** The refusal of the request at this position; empty when it was done. */
    Optional<NetlinkException> failure(int position) {
        AckMessage ack = acks.get(position);
        if (ack.isSuccess()) {
            return Optional.empty();
        }
        Request request = requests.get(position);
        return Optional.of(new NetlinkException(request.operation(), request.device(), ack.errno(), ack.text()));
    }

    /** Every refusal, in order. */
    List<NetlinkException> failures() {
        List<NetlinkException> failures = new ArrayList<>();
        for (int position = 0; position < requests.size(); position++) {
            failure(position).ifPresent(failures::add);
        }
        return failures;
    }

    /** Throws the first refusal, with the others suppressed onto it. */
    void requireSuccess() {
        List<NetlinkException> failures = failures();
        if (!failures.isEmpty()) {
            NetlinkException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }
}
