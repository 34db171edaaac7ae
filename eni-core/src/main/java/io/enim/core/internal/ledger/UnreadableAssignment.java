// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.Endpoint;
import io.enim.PrintableText;
import io.enim.core.internal.records.RecordStore;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An assignment whose record cannot be read. The name of the record tells the ENI, which is held back: assigned to an
 * endpoint that stands for the unknown one, until a DEL of either, or until its sandbox is seen to end.
 *
 * @param file the name of the record
 * @param placeholder the endpoint that holds the ENI meanwhile
 * @param eniId the ENI; empty in a record of the release before the names told it
 * @param reason why the record cannot be read
 */
public record UnreadableAssignment(String file, Endpoint placeholder, Optional<String> eniId, String reason) {
    private static final String NAMESPACE = "enim:unreadable";
    /** As {@link Ledger} makes the names: the ENI, the endpoint's name, a digest of the endpoint. */
    private static final Pattern NAME =
            Pattern.compile("(?:(.+)=)?([A-Za-z0-9_.:@+-]{1,40}-[0-9a-f]{24})", Pattern.DOTALL);

    /** What a record of this name stands for; empty when no assignment has that name. */
    static Optional<UnreadableAssignment> of(String file, String reason) {
        Matcher name = NAME.matcher(file);
        return name.matches()
                ? Optional.of(new UnreadableAssignment(
                        file, Endpoint.of(NAMESPACE, name.group(2)), Optional.ofNullable(name.group(1)), reason))
                : Optional.empty();
    }

    boolean isOf(Endpoint endpoint) {
        return placeholder.equals(endpoint) || placeholder.name().equals(Ledger.nameOf(endpoint));
    }

    @Override
    public String toString() {
        String held = eniId.map(id -> PrintableText.brief(id) + " is held back")
                .orElse("no ADD gets an ENI, since each may be another's");
        String why = RecordStore.fileName(file) + " cannot be read and is in set-aside (" + reason + ")";
        return PrintableText.message(held + ": " + why + ". A DEL of its endpoint, or of " + placeholder.namespace()
                + " " + placeholder.name() + ", ends that");
    }
}
