package io.enim.provider.aws;

import static io.enim.emulator.adapter.AdapterFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.emulator.ec2.ImdsEmulator;
import io.enim.emulator.ec2.ImdsEmulator.Behavior;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImdsClientTest {
    private final ImdsEmulator imds = new ImdsEmulator(Map.of(
            "instance-id", "i-0a", "placement/region", "eu-west-1", "placement/availability-zone", "eu-west-1a"));
    private final String endpoint = imds.endpoint().toString();
    private final ImdsClient client = new ImdsClient(imds.endpoint());

    @AfterEach
    void close() {
        imds.close();
    }

    @Test
    void aTokenIsFetchedOnceAndUsedForEveryQuestion() {
        assertThat(client.get("instance-id", "i-[0-9a-f]+")).isEqualTo("i-0a");
        assertThat(client.get("placement/region", "[a-z0-9-]+")).isEqualTo("eu-west-1");
        assertThat(imds.requests())
                .containsExactly(
                        "PUT /latest/api/token",
                        "GET /latest/meta-data/instance-id",
                        "GET /latest/meta-data/placement/region");
    }

    @Test
    void anExpiredTokenIsReplaced() {
        client.get("instance-id", "i-[0-9a-f]+");
        imds.setNextBehaviors(Behavior.FORGETTING);
        assertThat(client.get("instance-id", "i-[0-9a-f]+")).isEqualTo("i-0a");
    }

    @Test
    void aFailureIsRepeatedAndThenReportedAsRetryable() {
        imds.setNextBehaviors(Behavior.FAILING, Behavior.FAILING);
        assertThat(client.get("instance-id", "i-[0-9a-f]+")).isEqualTo("i-0a");
        ImdsClient another = new ImdsClient(imds.endpoint());
        imds.setNextBehaviors(Behavior.FAILING, Behavior.FAILING, Behavior.FAILING);
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, () -> another.get("instance-id", "i-[0-9a-f]+"))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(ImdsClient.ATTEMPTS - 1));
    }

    @Test
    void silenceNamesTheHopLimitAndTheSettingsThatAvoidIt() {
        imds.setNextBehaviors(Behavior.SILENT, Behavior.SILENT, Behavior.SILENT);
        assertThatThrownBy(() -> client.get("instance-id", "i-[0-9a-f]+"))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("HttpPutResponseHopLimit")
                .hasMessageContaining("instance-id, region and zone");
    }

    @Test
    void whatIsNotThereIsFatal() {
        refused(FatalProviderException.class, Refusal.NOT_FOUND, () -> client.get("no/such/thing", "[a-z0-9-]+"))
                .extracting("code")
                .isEqualTo("404");
    }

    @Test
    void anInterruptEndsTheAskingAndStaysSet() {
        imds.setNextBehaviors(Behavior.FAILING, Behavior.FAILING, Behavior.FAILING);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> client.get("instance-id", "i-[0-9a-f]+"))
                    .isInstanceOf(RetryableProviderException.class);
            assertThat(imds.requests()).hasSize(1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void withAllOfItConfiguredTheServiceIsNotAsked() {
        AwsNode node = AwsNode.resolve(Ec2TestFixture.read(
                Map.of("instance-id", "i-0b", "region", "us-east-1", "zone", "us-east-1f", "imds-endpoint", endpoint)));
        assertThat(node.identity().instanceId()).isEqualTo("i-0b");
        assertThat(node.identity().zone()).isEqualTo("us-east-1f");
        assertThat(imds.requests()).isEmpty();
    }

    @Test
    void whatTheSettingsLeaveOpenIsAsked() {
        AwsNode node = AwsNode.resolve(Ec2TestFixture.read(Map.of("region", "us-east-1", "imds-endpoint", endpoint)));
        assertThat(node.region()).isEqualTo("us-east-1");
        assertThat(node.identity().instanceId()).isEqualTo("i-0a");
        assertThat(node.identity().zone()).isEqualTo("eu-west-1a");
    }

    @Test
    void whatIsNoValueIsAnErrorThatShowsIt() {
        assertThatThrownBy(() -> client.get("instance-id", "i-[0-9]{17}"))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("'i-0a'");
    }
}
