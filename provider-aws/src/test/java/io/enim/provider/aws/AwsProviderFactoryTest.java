package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.SettingsException;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.ImdsEmulator;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.NodeIdentity;
import io.enim.testing.UnpooledContext;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way in that a manager takes: found by name, identity from the metadata service, credentials from the chain. */
class AwsProviderFactoryTest {
    private static final Map<String, String> CREDENTIALS =
            Map.of("aws.accessKeyId", Ec2Emulator.ACCESS_KEY_ID, "aws.secretAccessKey", Ec2Emulator.SECRET);

    private final Ec2TestFixture lab = Ec2TestFixture.small();
    private final ImdsEmulator imds = new ImdsEmulator(Map.of(
            "instance-id", Ec2TestFixture.INSTANCE,
            "placement/region", Ec2Emulator.REGION,
            "placement/availability-zone", Ec2TestFixture.ZONE));

    @BeforeEach
    void credentials() {
        CREDENTIALS.forEach(System::setProperty);
    }

    @AfterEach
    void close() {
        CREDENTIALS.keySet().forEach(System::clearProperty);
        imds.close();
        lab.close();
    }

    @Test
    void isFoundByNameAndOffersThisInstance() {
        EniProviderFactory factory = ServiceLoader.load(EniProviderFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals("aws"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("META-INF/services does not name it"));
        UnpooledContext context = new UnpooledContext(Map.of(
                "endpoint", lab.ec2.endpoint().toString(),
                "imds-endpoint", imds.endpoint().toString()));
        try (EniProvider provider = factory.create(context)) {
            assertThat(provider.list()).isEmpty();
            EniCloud cloud = context.cloud();
            assertThat(cloud.node()).isEqualTo(new NodeIdentity(Ec2TestFixture.INSTANCE, Ec2TestFixture.ZONE));
            CloudEni eni = cloud.create(new CreateRequest("token-1", context.ownerTag()));
            assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
        }
        assertThat(imds.requests())
                .contains("GET /latest/meta-data/instance-id", "GET /latest/meta-data/placement/region");
    }

    @Test
    void aBadSettingIsRefusedBeforeAnythingIsAsked() {
        assertThatThrownBy(() -> new AwsProviderFactory().create(new UnpooledContext(Map.of("subnet", "subnet-1"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.provider.aws.subnet");
        assertThat(imds.requests()).isEmpty();
    }
}
