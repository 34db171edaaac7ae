package io.enim.netlink.internal.socket;

import io.enim.netlink.NetlinkException;
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
public record BatchResult(List<NetlinkRequest> requests, List<AckMessage> acks) {
    public BatchResult {
        requests = List.copyOf(requests);
        acks = List.copyOf(acks);
        if (requests.size() != acks.size()) {
            throw new IllegalArgumentException(acks.size() + " answers to " + requests.size() + " requests");
        }
    }

    /** The refusal of the request at this position; empty when it was done. */
    public Optional<NetlinkException> failure(int position) {
        AckMessage ack = acks.get(position);
        if (ack.isSuccess()) {
            return Optional.empty();
        }
        NetlinkRequest netlinkRequest = requests.get(position);
        return Optional.of(
                new NetlinkException(netlinkRequest.operation(), netlinkRequest.device(), ack.errno(), ack.text()));
    }

    /** Every refusal, in order. */
    public List<NetlinkException> failures() {
        List<NetlinkException> failures = new ArrayList<>();
        for (int position = 0; position < requests.size(); position++) {
            failure(position).ifPresent(failures::add);
        }
        return failures;
    }

    /** Throws the first refusal, with the others suppressed onto it. */
    public void requireSuccess() {
        List<NetlinkException> failures = failures();
        if (!failures.isEmpty()) {
            NetlinkException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }
}
