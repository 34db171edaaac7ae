package io.enim.core.internal.pool;

import io.enim.Endpoint;
import io.enim.core.internal.pool.Targets.Stock;
import io.enim.provider.CloudEni;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** All that the pool knows. The maps belong to the rounds, but for what says otherwise. */
final class Inventory {
    final Map<String, Member> members = new LinkedHashMap<>();
    final Map<String, Creation> creations = new LinkedHashMap<>();
    final Map<String, Stray> strays = new LinkedHashMap<>();
    /** Attached here with the mark of another node: what we do not touch, and say. */
    final Map<String, CloudEni> foreign = new LinkedHashMap<>();
    /** Until when ENIs rest, by id. Safe for concurrent use. */
    final ConcurrentHashMap<String, Instant> rests = new ConcurrentHashMap<>();
    /** Endpoints that hold an ENI by the ledger which the cloud has not shown since the start. Safe for concurrent use. */
    final ConcurrentHashMap<Endpoint, String> awaited = new ConcurrentHashMap<>();
    /** Safe for concurrent use. */
    final Shelf shelf;
    /** Which of these the cloud no longer has, as far as is known. Safe for concurrent use. */
    final Losses losses;

    /** The cloud was heard. Nothing is changed and nothing is offered before. */
    boolean looked;
    /** When the last look that succeeded began. */
    Instant lastLook = Instant.MIN;
    /** What the cloud last allowed. */
    OptionalInt allowed = OptionalInt.empty();

    Inventory(Shelf shelf, Losses losses) {
        this.shelf = shelf;
        this.losses = losses;
    }

    /** What was begun before this process, and who holds what. */
    void remember(Kit kit) {
        awaited.putAll(kit.tools().held());
        rests.putAll(kit.store().foundRests());
        for (Intent intent : kit.store().foundIntents()) {
            if (intent.eniId().isEmpty()) {
                creations.put(intent.token(), new Creation(intent, true));
                continue;
            }
            Member member = members.computeIfAbsent(intent.eniId().get(), Member::new);
            if (intent.kind() == Intent.Kind.RETIRE) {
                // Written after the wish to create, if there was one, and so the later word.
                member.intent().ifPresent(kit::forgetLater);
                member.retire(intent, true);
            } else if (member.retires()) {
                kit.forgetLater(intent);
            } else {
                member.intend(intent, true);
            }
        }
    }

    boolean isUnheardCreationPending() {
        return !creations.isEmpty();
    }

    /** ENIs that the cloud says are attached here. */
    int attachedHere() {
        return (int) members.values().stream()
                .filter(member -> member.attachedSince != null)
                .count();
    }

    /** Looks at the shelf: what this round goes by. */
    void lookAtShelf() {
        members.values().forEach(member -> member.shelved = shelf.state(member.id));
    }

    /** Places taken at this node. */
    int slots() {
        return creations.size()
                + (int) members.values().stream().filter(Member::takesSlot).count();
    }

    Stock stock(int waiting) {
        int ready = 0;
        int coming = creations.size();
        for (Member member : members.values()) {
            ready += member.isFree() ? 1 : 0;
            coming += member.isComing() ? 1 : 0;
        }
        return new Stock(slots(), ready, coming, waiting);
    }
}
