package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EniWishTest {
    private static final Eni ENI = new Eni(
            "eni-1",
            MacAddress.parse("02:00:5e:00:53:01"),
            Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1")),
            Optional.of(EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1")),
            "subnet-1",
            1,
            EniState.READY,
            Optional.empty(),
            "");

    private static InetAddress address(String text) {
        return Cidr.parseAddress(text);
    }

    @Test
    void anEniFitsIfItHasAllThatIsNamed() {
        EniWish wish = EniWish.required();
        assertThat(wish.fits(ENI)).isTrue();
        assertThat(wish.withEni("eni-1").fits(ENI)).isTrue();
        assertThat(wish.withEni("eni-2").fits(ENI)).isFalse();
        assertThat(wish.withMac(ENI.mac()).fits(ENI)).isTrue();
        assertThat(wish.withMac(MacAddress.parse("02:00:5e:00:53:02")).fits(ENI))
                .isFalse();
        EniWish both = wish.withAddress(address("10.0.3.7")).withAddress(address("2001:db8:0::7"));
        assertThat(both.fits(ENI)).isTrue();
        assertThat(both.withEni("eni-2").fits(ENI)).isFalse();
        assertThat(wish.withAddress(address("10.0.3.7"))
                        .withAddress(address("2001:db8::8"))
                        .fits(ENI))
                .isFalse();
    }

    @Test
    void oneThatNamesNothingRequiresNothing() {
        assertThat(EniWish.required().isRequired()).isFalse();
        assertThat(EniWish.required().withEni("eni-1").isRequired()).isTrue();
        assertThat(EniWish.preferred().withEni("eni-1").isRequired()).isFalse();
        assertThat(EniWish.NONE.isEmpty()).isTrue();
        assertThat(EniWish.NONE).hasToString("any");
    }

    @Test
    void itIsShownAsWhatItNames() {
        assertThat(EniWish.required()
                        .withAddress(address("2001:db8:0:0::7"))
                        .withMac(ENI.mac())
                        .withEni("eni-1\n"))
                .hasToString("eni-1\\u000a, 02:00:5e:00:53:01, 2001:db8::7");
    }

    @Test
    void whatNoEniCanHaveIsRefused() {
        EniWish one = EniWish.required().withAddress(address("10.0.3.7"));
        assertThat(one.withAddress(address("10.0.3.7"))).isEqualTo(one);
        assertThatThrownBy(() -> one.withAddress(address("10.0.3.8")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("10.0.3.7, 10.0.3.8");
        assertThatThrownBy(() -> one.withEni(" ")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aRequestHasNoneUnlessSet() {
        Endpoint web = Endpoint.of("default", "web");
        assertThat(AddRequest.forEndpoint(web).build().wish()).isEqualTo(EniWish.NONE);
        EniWish wish = EniWish.preferred().withEni("eni-1");
        assertThat(AddRequest.forEndpoint(web).wish(wish).build().wish()).isEqualTo(wish);
        assertThat(new AddRequest(
                                web,
                                Optional.empty(),
                                List.of(),
                                LinkOptions.DEFAULT,
                                Map.of(),
                                Optional.empty(),
                                AddRequest.WhenEmpty.FAIL)
                        .wish())
                .isEqualTo(EniWish.NONE);
    }

    @Test
    void aRefusalNamesTheHolderAndSaysAfterWaitingThatItWaitedForThatOne() {
        Endpoint web = Endpoint.of("default", "web");
        Endpoint cart = Endpoint.of("default", "cart");
        NoEniAvailableException refused = NoEniAvailableException.required(
                web,
                EniWish.required().withEni("eni-1"),
                "eni-1 is held by " + cart,
                Optional.of(cart),
                Duration.ofSeconds(1));
        assertThat(refused.holder()).contains(cart);
        assertThat(refused)
                .hasMessage(
                        "allocate an ENI for default/web/eth0: the required one is not free; eni-1 is held by"
                                + " default/cart/eth0. Try again in 1000 ms, delete default/cart/eth0, or do not require eni-1");
        assertThat(refused.afterWaiting(Duration.ofSeconds(2)))
                .hasMessageContaining("the required one did not become free within 2000 ms; eni-1 is held by");
        assertThat(refused.afterWaiting(Duration.ofSeconds(2)).holder()).contains(cart);
    }
}
