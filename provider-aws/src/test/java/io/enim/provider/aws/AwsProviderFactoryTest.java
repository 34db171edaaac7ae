package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniMetrics;
import io.enim.SettingsException;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.ImdsEmulator;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.NodeIdentity;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderContext;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledExecutorService;
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
        Context context = new Context(Map.of(
                "endpoint", lab.ec2.endpoint().toString(),
                "imds-endpoint", imds.endpoint().toString()));
        try (EniProvider provider = factory.create(context)) {
            assertThat(provider.list()).isEmpty();
            EniCloud cloud = context.pooled();
            assertThat(cloud.node()).isEqualTo(new NodeIdentity(Ec2TestFixture.INSTANCE, Ec2TestFixture.ZONE));
            CloudEni eni = cloud.create(lab.request());
            assertThat(cloud.describe()).extracting(CloudEni::id).containsExactly(eni.id());
        }
        assertThat(imds.requests())
                .contains("GET /latest/meta-data/instance-id", "GET /latest/meta-data/placement/region");
    }

    @Test
    void aBadSettingIsRefusedBeforeAnythingIsAsked() {
        assertThatThrownBy(() -> new AwsProviderFactory().create(new Context(Map.of("subnet", "subnet-1"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.provider.aws.subnet");
        assertThat(imds.requests()).isEmpty();
    }

    /** Takes the cloud that is to be pooled and hands out nothing. */
    private static final class Context implements ProviderContext {
        private final Map<String, String> settings;
        private EniCloud pooled;

        Context(Map<String, String> settings) {
            this.settings = settings;
        }

        EniCloud pooled() {
            return pooled;
        }

        @Override
        public EniProvider pool(EniCloud cloud) {
            pooled = cloud;
            return new EniProvider() {
                @Override
                public List<Eni> list() {
                    return List.of();
                }

                @Override
                public Eni allocateNextEni(Endpoint endpoint) {
                    throw new UnsupportedOperationException("nothing is pooled here");
                }

                @Override
                public void deallocateEni(Endpoint endpoint) {
                    throw new UnsupportedOperationException("nothing is pooled here");
                }

                @Override
                public void close() {
                    cloud.close();
                }
            };
        }

        @Override
        public Map<String, String> settings() {
            return settings;
        }

        @Override
        public OwnerTag ownerTag() {
            return Ec2TestFixture.OWNER_TAG;
        }

        @Override
        public Clock clock() {
            return Clock.systemUTC();
        }

        @Override
        public ScheduledExecutorService scheduler() {
            throw new UnsupportedOperationException("the adapter has no timers");
        }

        @Override
        public EniMetrics metrics() {
            return EniMetrics.NONE;
        }

        @Override
        public NetworkDevices devices() {
            throw new UnsupportedOperationException("the adapter touches no device");
        }

        @Override
        public Map<Endpoint, String> held() {
            return Map.of();
        }

        @Override
        public void availabilityChanged() {}
    }
}
