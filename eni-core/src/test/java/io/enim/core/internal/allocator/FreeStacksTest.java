package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.core.internal.allocator.Claim.After;
import io.enim.core.internal.allocator.FreeStacks.Look;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two looks of a stalled thread, between which others took and released: interleavings too long for model checking. */
class FreeStacksTest {
    private final FreeStacks<Integer, Integer> stacks = new FreeStacks<>(1, 2, () -> 0);

    private static Claim<Integer, Integer> pending() {
        return new Slot<Integer, Integer>(0, After.NEW).claim();
    }

    private static void becomeFree(Claim<Integer, Integer> claim) {
        assertThat(claim.next(After.NEW, After.FREE)).isTrue();
    }

    private static void take(Claim<Integer, Integer> claim) {
        assertThat(claim.next(After.FREE, After.RETIRED)).isTrue();
    }

    private Claim<Integer, Integer> pushed() {
        Claim<Integer, Integer> claim = pending();
        stacks.push(claim);
        return claim;
    }

    @Test
    void i5_looksAtTheSamePendingClaimsAreEqual() {
        pushed();
        pushed();
        Look first = stacks.look();
        assertThat(first).isNotNull().isEqualTo(stacks.look());
        assertThat(stacks.first()).isNull();
    }

    @Test
    void i5_aLookFindsAFreeClaim() {
        Claim<Integer, Integer> inHand = pushed();
        Claim<Integer, Integer> inACell = pushed();
        becomeFree(inHand);
        assertThat(stacks.look()).isNull();
        take(inHand);
        assertThat(stacks.look()).isNotNull();
        becomeFree(inACell);
        assertThat(stacks.look()).isNull();
    }

    @Test
    void i5_twoLooksTellThatAClaimWasFreeBetweenThem() {
        Claim<Integer, Integer> inHand = pushed();
        Claim<Integer, Integer> inACell = pushed();
        Look first = stacks.look();
        becomeFree(inACell);
        take(inACell);
        Look second = stacks.look();
        assertThat(second).isNotNull().isNotEqualTo(first);
        becomeFree(inHand);
        take(inHand);
        assertThat(stacks.look()).isNotNull().isNotEqualTo(second);
    }

    @Test
    void i5_aSecondReleaseThatIsLateDoesNotRestoreTheHand() {
        Claim<Integer, Integer> releasedTwice = pushed();
        becomeFree(releasedTwice);
        take(releasedTwice);
        Look first = stacks.look();
        Claim<Integer, Integer> another = pushed();
        becomeFree(another);
        take(another);
        stacks.push(releasedTwice);
        assertThat(stacks.look()).isNotNull().isNotEqualTo(first);
    }

    /** A thread that is stalled after its first look, while another makes a claim free. */
    @Test
    void i5_noneIsFreeIsSaidAfterASecondLook() {
        Claim<Integer, Integer> claim = pending();
        FreeStacks<Integer, Integer> stalled = new FreeStacks<>(1, 2, () -> 0) {
            @Override
            @Nullable
            Look look() {
                Look seen = super.look();
                claim.next(After.NEW, After.FREE);
                return seen;
            }
        };
        stalled.push(claim);
        assertThat(stalled.first()).isSameAs(claim);
    }

    @Test
    void i4_aPendingClaimIsKept() {
        Claim<Integer, Integer> inHand = pushed();
        Claim<Integer, Integer> inACell = pushed();
        pushed();
        becomeFree(inACell);
        assertThat(stacks.first()).isSameAs(inACell);
        take(inACell);
        becomeFree(inHand);
        assertThat(stacks.first()).isSameAs(inHand);
    }
}
