package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.FatalProviderException;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** ADDs that wish one certain ENI. */
final class WishTest {
    @RegisterExtension
    private final TestNode node = new TestNode(3);

    private Assignment add(String name, EniWish wish) {
        return node.current().add(node.request(name).wish(wish).build());
    }

    private Assignment again(Assignment held, EniWish wish) {
        return node.current()
                .add(AddRequest.forEndpoint(held.endpoint())
                        .netns(held.sandbox().orElseThrow().path())
                        .wish(wish)
                        .build());
    }

    private static EniWish requiring(Eni eni) {
        return EniWish.required().withMac(eni.mac());
    }

    @Test
    void p1_theRequiredEniIsMovedOrItsHolderIsNamed() {
        node.startWarm(3);
        Eni last = node.enis(EniState.READY).get(2);
        Assignment web = add("web", requiring(last));
        assertThat(web.eni().id()).isEqualTo(last.id());
        assertThat(node.locate(last)).isEqualTo(web.sandbox().orElseThrow().path());
        assertThatThrownBy(() -> add("cart", requiring(last)))
                .isInstanceOfSatisfying(
                        NoEniAvailableException.class,
                        e -> assertThat(e.holder()).contains(web.endpoint()));
        assertThat(add("shop", EniWish.preferred().withEni(last.id())).eni().id())
                .isNotEqualTo(last.id());
    }

    @Test
    void p3_aRepeatedAddKeepsItsEniAndARequirementOfAnotherIsRefusedWithIt() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        Eni other = node.enis(EniState.READY).get(0);
        assertThat(again(web, EniWish.preferred().withEni(other.id())).eni().id())
                .isEqualTo(web.eni().id());
        assertThat(again(web, requiring(web.eni())).eni().id())
                .isEqualTo(web.eni().id());
        assertThatThrownBy(() -> again(web, requiring(other)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(web.endpoint() + " holds " + web.eni().id())
                .hasMessageContaining("DEL the endpoint first");
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        manager.del(web.endpoint());
        assertThat(again(web, requiring(other)).eni().id()).isEqualTo(other.id());
    }

    @Test
    void p8_aRequirementWaitsForItsEniWhileOthersAreFree() {
        EniManager manager = node.startWarm(3);
        Assignment web = node.add("web");
        CompletableFuture<Assignment> cart = manager.addAsync(node.request("cart")
                .wish(requiring(web.eni()))
                .whenEmpty(WhenEmpty.WAIT)
                .build());
        Assignment shop =
                manager.add(node.request("shop").whenEmpty(WhenEmpty.WAIT).build());
        assertThat(cart).isNotDone();
        manager.del(web.endpoint());
        assertThat(cart).succeedsWithin(Duration.ofSeconds(10));
        assertThat(cart.join().eni().id()).isEqualTo(web.eni().id());
        assertThat(shop.eni().id()).isNotEqualTo(web.eni().id());
    }

    /** DEL and ADD of one container, as {@code podman network reload} does. */
    @Test
    void p2_afterItsDelAnEndpointHasItsEniBackAtOnceAndNoOtherEndpointDoes() {
        EniManager manager = node.set(EniSetting.POOL_COOLDOWN, "1h").startWarm(3);
        Assignment web = node.add("web");
        manager.del(web.endpoint());
        assertThatThrownBy(() -> add("cart", requiring(web.eni())))
                .isInstanceOf(NoEniAvailableException.class)
                .hasMessageContaining("cools down until");
        Assignment back = again(web, requiring(web.eni()));
        assertThat(back.eni().id()).isEqualTo(web.eni().id());
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    @Test
    void p16_whatAKilledAddLeftWithTheProviderIsGivenBackForTheRequiredOne() {
        EniManager manager = node.startWarm(3);
        Endpoint web = TestNode.endpoint("web");
        node.claimUnrecorded(web);
        Eni free = node.enis(EniState.READY).get(0);
        assertThat(add("web", requiring(free)).eni().id()).isEqualTo(free.id());
        await().until(() -> TestNode.count(manager, EniState.READY) == 2);
    }

    /** A provider written before wishes, whose list and allocations are those of the pool. */
    @Test
    void p3_aProviderThatTakesNoWishesRefusesRequirementsAndIgnoresPreferences() {
        node.aroundProvider(OldProvider::new).startWarm(3);
        Eni last = node.enis(EniState.READY).get(2);
        assertThat(add("web", EniWish.preferred().withEni(last.id())).eni()).isNotNull();
        assertThatThrownBy(() -> add("cart", EniWish.required().withEni(last.id())))
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("PRV-15");
        assertThat(node.current().assignments()).hasSize(1);
        assertThat(node.enis(EniState.IN_USE)).hasSize(1);
    }

    private record OldProvider(EniProvider pool) implements EniProvider {
        @Override
        public List<Eni> list() {
            return pool.list();
        }

        @Override
        public Eni allocateNextEni(Endpoint endpoint) {
            return pool.allocateNextEni(endpoint);
        }

        @Override
        public void deallocateEni(Endpoint endpoint) {
            pool.deallocateEni(endpoint);
        }

        @Override
        public void close() {
            pool.close();
        }
    }
}
