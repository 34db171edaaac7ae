package io.enim.provider.aws;

import static io.enim.emulator.adapter.AdapterFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AmbiguousProviderException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.SettingsException;
import io.enim.emulator.adapter.AdapterFixture;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;

class SubnetChoiceTest {
    private static final Map<String, String> PODS = Map.of("subnet-tags", "role=pods");

    /** Room for 251, 3, 11 and 251 interfaces. */
    private final Ec2TestFixture lab = new Ec2TestFixture(
            7,
            AdapterFixture.subnet("subnet-own", Ec2TestFixture.ZONE, "10.0.0.0/24"),
            AdapterFixture.subnet("subnet-small", Ec2TestFixture.ZONE, "10.0.1.0/29"),
            AdapterFixture.subnet("subnet-big", Ec2TestFixture.ZONE, "10.0.2.0/28", "2001:db8:2::/64"),
            AdapterFixture.subnet("subnet-far", "us-east-1b", "10.0.3.0/24"));

    @BeforeEach
    void tag() {
        for (String id : List.of("subnet-small", "subnet-big", "subnet-far")) {
            lab.ec2.tagSubnet(id, Map.of("role", "pods"));
        }
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private void assertCreatedIn(String subnetId, EniCloud cloud) {
        assertThat(cloud.create(lab.request()).subnetId()).isEqualTo(subnetId);
    }

    @Test
    void nothingConfiguredIsTheInstancesOwnSubnet() {
        assertCreatedIn("subnet-own", lab.cloud());
    }

    @Test
    void mostFreeAddressesOfThisZoneWinByTag() {
        assertCreatedIn("subnet-big", lab.cloud(PODS));
    }

    @Test
    void aConfiguredSubnetIsUsed() {
        EniCloud cloud = lab.cloud(Map.of("subnets", "subnet-small,subnet-far", "security-groups", "sg-7,sg-8"));
        CloudEni eni = cloud.create(lab.request());
        assertThat(eni.subnetId()).isEqualTo("subnet-small");
        assertThat(lab.described(eni.id()).groups())
                .extracting(GroupIdentifier::groupId)
                .containsExactly("sg-7", "sg-8");
    }

    @ParameterizedTest
    @CsvSource({"subnet-far, none of [subnet-far]", "subnet-none, none of []"})
    void aSubnetOfAnotherZoneOrNoneIsASettingThatCannotWork(String subnet, String message) {
        EniCloud cloud = lab.cloud(Map.of("subnets", subnet));
        assertThatThrownBy(() -> cloud.create(lab.request()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.provider.aws.subnets")
                .hasMessageContaining(message);
    }

    @Test
    void requiredIpv6LeavesOutSubnetsWithoutIt() {
        EniCloud cloud = lab.cloud(Map.of("subnets", "subnet-own,subnet-big", "ipv6", "required"));
        assertThat(cloud.create(lab.request()).ipv6()).isPresent();
    }

    @Test
    void aFullSubnetIsPassedOverAndLeftAloneForAWhile() {
        EniCloud cloud = lab.cloud(Map.of("subnets", "subnet-small,subnet-big"));
        assertCreatedIn("subnet-big", cloud);
        List<String> others = lab.takeAddresses("subnet-big", 10);
        // The choice is not asked for anew each time: it tries the full one, is refused, and goes to the next.
        assertThat(lab.requestsOf(() -> assertCreatedIn("subnet-small", cloud)))
                .containsExactly("CreateNetworkInterface", "CreateNetworkInterface");
        lab.model.delete(others.get(0));
        assertCreatedIn("subnet-small", cloud);
        assertCreatedIn("subnet-small", cloud);
        Runnable refused =
                () -> refused(RetryableProviderException.class, Refusal.SUBNET_FULL, () -> cloud.create(lab.request()));
        refused.run();
        assertThat(lab.requestsOf(refused)).doesNotContain("CreateNetworkInterface");
        lab.advance(Subnets.FULL_PAUSE);
        assertCreatedIn("subnet-big", cloud);
    }

    @Test
    void cld10_aTokenFindsItsEniAlsoWhenTheNextProcessWouldChooseAnotherSubnet() {
        CreateRequest request = lab.request();
        lab.ec2.injectNext("CreateNetworkInterface", WireFault.LOST_AFTER);
        assertThatThrownBy(() -> lab.cloud(PODS).create(request)).hasMessageContaining("CreateNetworkInterface");
        EniCloud restarted = lab.cloud(Map.of("subnets", "subnet-small"));
        CloudEni eni = restarted.create(request);
        assertThat(eni.subnetId()).isEqualTo("subnet-big");
        assertThat(lab.model.enis()).hasSize(1);
    }

    /** EC2 binds a token to the parameters of a request that it refused, too, so another subnet needs another. */
    @Test
    void cld10_aTokenThatAFullSubnetBoundMakesItsEniInTheNextAndOnlyOne() {
        EniCloud cloud = lab.cloud(Map.of("subnets", "subnet-small,subnet-big"));
        assertCreatedIn("subnet-big", cloud);
        lab.takeAddresses("subnet-big", 10);
        lab.ec2.injectNext("CreateNetworkInterface", WireFault.NONE, WireFault.LOST_AFTER);
        CreateRequest request = lab.request();
        assertThatThrownBy(() -> cloud.create(request)).isInstanceOf(AmbiguousProviderException.class);
        assertThat(cloud.create(request).subnetId()).isEqualTo("subnet-small");
        assertThat(lab.model.enis())
                .filteredOn(eni -> eni.subnetId().equals("subnet-small"))
                .hasSize(1);
    }

    @Test
    void cld10_aTokenThatARefusedRequestBoundBeforeARestartIsGivenUpAfterFiveMinutes() {
        lab.takeAddresses("subnet-small", 3);
        CreateRequest request = lab.request();
        refused(
                RetryableProviderException.class,
                Refusal.SUBNET_FULL,
                () -> lab.cloud(Map.of("subnets", "subnet-small")).create(request));
        EniCloud restarted = lab.cloud(Map.of("subnets", "subnet-own"));
        refused(AmbiguousProviderException.class, Refusal.TOKEN_MISMATCH, () -> restarted.create(request));
        lab.advance(Duration.ofMinutes(5));
        refused(FatalProviderException.class, Refusal.TOKEN_MISMATCH, () -> restarted.create(request));
        assertThat(restarted.create(lab.request()).subnetId()).isEqualTo("subnet-own");
    }

    @Test
    void cld10_aTokenThatChangedSubnetsAndIsNotVisibleYetIsAmbiguousAndNeverASecondEni() {
        CreateRequest request = lab.request();
        lab.timing(Duration.ZERO, Duration.ofSeconds(20));
        lab.cloud(PODS).create(request);
        EniCloud restarted = lab.cloud(Map.of("subnets", "subnet-small"));
        assertThatThrownBy(() -> restarted.create(request)).hasMessageContaining("does not show it yet");
        lab.advance(Duration.ofSeconds(20));
        assertThat(restarted.create(request).subnetId()).isEqualTo("subnet-big");
        assertThat(lab.model.enis()).hasSize(1);
    }
}
