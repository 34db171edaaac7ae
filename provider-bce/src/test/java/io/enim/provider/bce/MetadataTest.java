package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.FatalProviderException;
import io.enim.RetryableProviderException;
import io.enim.emulator.bce.BceEmulator;
import io.enim.emulator.bce.BceMetadataEmulator;
import io.enim.emulator.bce.BceMetadataEmulator.Behavior;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the metadata service is asked, and how its silence is borne. */
class MetadataTest {
    private final BceTestFixture lab = BceTestFixture.small();
    private final Map<String, String> facts = new HashMap<>(Map.of(
            "instance-shortid",
            BceTestFixture.INSTANCE,
            "vpc-id",
            BceEmulator.VPC,
            "azone",
            "zoneA",
            "subnet-id",
            "sbn-1"));
    private BceMetadataEmulator metadata = new BceMetadataEmulator(lab.model, BceTestFixture.INSTANCE, facts);

    @AfterEach
    void close() {
        lab.close();
        metadata.close();
    }

    private void tells(String path, String fact) {
        metadata.close();
        facts.put(path, fact);
        metadata = new BceMetadataEmulator(lab.model, BceTestFixture.INSTANCE, facts);
    }

    private EniCloud cloud() {
        lab.with("metadata", "auto")
                .with("metadata-endpoint", metadata.endpoint().toString());
        return lab.cloud(Map.of("instance-id", "", "vpc-id", "", "zone", "", "subnets", ""));
    }

    @Test
    void whatTheSettingsLeaveOpenIsAskedAndNothingElse() {
        assertThat(cloud().node()).isEqualTo(new NodeIdentity(BceTestFixture.INSTANCE, "zoneA"));
        assertThat(metadata.requests())
                .containsExactlyInAnyOrder(
                        "/1.0/meta-data/instance-shortid",
                        "/1.0/meta-data/azone",
                        "/1.0/meta-data/vpc-id",
                        "/1.0/meta-data/subnet-id");
    }

    @Test
    void aFactItDoesNotHaveIsFatalAndNamesTheSetting() {
        tells("vpc-id", "");
        assertThatThrownBy(this::cloud)
                .isInstanceOf(FatalProviderException.class)
                .hasMessageContaining("enim.provider.bce.vpc-id");
    }

    @Test
    void aServiceThatFailsNowAndThenIsAskedAgainAndThenGivenUp() {
        metadata.setNextBehaviors(Behavior.FAILING, Behavior.SILENT);
        assertThat(cloud().node().instanceId()).isEqualTo(BceTestFixture.INSTANCE);
        metadata.setNextBehaviors(Behavior.FAILING, Behavior.FAILING, Behavior.FAILING);
        assertThatThrownBy(this::cloud)
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("metadata=off");
    }

    @Test
    void p10_theGatewayIsTheMetadatasForEachFamilyAndAskedOnce() {
        EniCloud cloud = cloud();
        CloudEni eni = lab.attached(cloud);
        String ipv4 = eni.ipv4().orElseThrow().address().getHostAddress();
        tells("network/interfaces/macs/" + eni.mac() + "/fixed_ips/" + ipv4 + "/gateway", "10.0.1.254");
        EniCloud other = cloud();
        int before = metadata.requests().size();
        assertThat(other.describe()).singleElement().satisfies(each -> {
            assertThat(each.ipv4().orElseThrow().gateway().getHostAddress()).isEqualTo("10.0.1.254");
            assertThat(each.ipv6().orElseThrow().gateway())
                    .isEqualTo(eni.ipv6().orElseThrow().gateway());
        });
        other.describe();
        assertThat(metadata.requests()).hasSize(before + 2);
    }

    @Test
    void p10_aGatewayOfTheWrongFamilyIsNotUsed() {
        EniCloud cloud = cloud();
        CloudEni eni = lab.attached(cloud);
        String ipv6 = eni.ipv6().orElseThrow().address().getHostAddress();
        tells("network/interfaces/macs/" + eni.mac() + "/fixed_ips/" + ipv6 + "/gateway", "10.0.1.1");
        assertThat(cloud().describe())
                .singleElement()
                .satisfies(each -> assertThat(each.ipv6()).isEqualTo(eni.ipv6()));
    }

    @Test
    void aServiceThatFailsCostsOneQuestionAMinuteAndTheBlockTellsTheGateway() {
        EniCloud cloud = cloud();
        lab.attached(cloud);
        lab.attached(cloud);
        int before = metadata.requests().size();
        metadata.setNextBehaviors(Behavior.FAILING);
        assertThat(cloud.describe())
                .hasSize(2)
                .allSatisfy(
                        each -> assertThat(each.ipv4().orElseThrow().gateway().getHostAddress())
                                .isEqualTo("10.0.1.1"));
        assertThat(metadata.requests()).hasSize(before + 1);
        lab.advance(Duration.ofMinutes(1));
        cloud.describe();
        assertThat(metadata.requests()).hasSize(before + 3);
    }

    /** It becomes the host that signed requests go to. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example/#", "bj bj", "<html><body>Log in</body></html>", "bj.evil.example"})
    void aRegionThatIsNoneIsRefused(String region) {
        tells("region", region);
        lab.with("endpoint", "");
        assertThatThrownBy(this::cloud)
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("not a value like");
    }
}
