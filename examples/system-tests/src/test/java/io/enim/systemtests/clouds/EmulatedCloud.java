package io.enim.examples.agent.clouds;

import io.enim.Cidr;
import io.enim.provider.fake.bce.BceStandIn;
import io.enim.provider.fake.bce.Failure;
import io.enim.provider.fake.bce.Loss;
import io.enim.provider.fake.ec2.Ec2StandIn;
import io.enim.provider.fake.ec2.WireFault;
import io.enim.provider.fake.model.CloudModel;
import io.enim.provider.fake.model.Instance;
import io.enim.provider.fake.model.Latencies;
import io.enim.provider.fake.model.Subnet;
import io.enim.provider.fake.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A vendor's cloud with its real wire, in time that the test moves. */
abstract class Cloud implements AutoCloseable {
    /** How many ENIs an instance takes, besides its own interface. */
    static final int LIMIT = 8;

    static final Latencies SLOW = new Latencies(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(4));

    final ManualClock clock = new ManualClock();
    final CloudModel model = new CloudModel(clock).latencies(SLOW);

    /** A cloud by the name of its provider. */
    static Cloud of(String provider) {
        return switch (provider) {
            case "aws" -> new Aws();
            case "bce" -> new Bce();
            default -> throw new IllegalArgumentException(provider);
        };
    }

    abstract String provider();

    /** The provider's own settings. */
    abstract Map<String, String> settings();

    /** All requests so far. */
    abstract List<String> requests();

    /** From now on requests are throttled, fail and get lost in every way, by chance. */
    abstract void storm(long seed);

    /** Ends the storm. */
    abstract void calm();

    /** The smallest block that leaves some addresses. */
    final void subnets(String zone, String first, String second) {
        model.addSubnet(new Subnet(first, zone, Optional.of(Cidr.parse("10.0.1.0/29")), Optional.empty()));
        model.addSubnet(new Subnet(
                second, zone, Optional.of(Cidr.parse("10.0.2.0/24")), Optional.of(Cidr.parse("2001:db8:2::/64"))));
    }

    @Override
    public abstract void close();

    private static final class Aws extends Cloud {
        private static final String INSTANCE = "i-0a1b2c3d";
        private static final String ZONE = Ec2StandIn.REGION + "a";
        private static final Map<String, String> KEYS =
                Map.of("aws.accessKeyId", Ec2StandIn.ACCESS_KEY_ID, "aws.secretAccessKey", Ec2StandIn.SECRET);

        private final Ec2StandIn ec2;

        Aws() {
            subnets(ZONE, "subnet-1", "subnet-2");
            model.addInstance(new Instance(INSTANCE, ZONE, LIMIT));
            ec2 = new Ec2StandIn(model);
            KEYS.forEach(System::setProperty);
        }

        @Override
        String provider() {
            return "aws";
        }

        @Override
        Map<String, String> settings() {
            return Map.of(
                    "instance-id",
                    INSTANCE,
                    "region",
                    Ec2StandIn.REGION,
                    "zone",
                    ZONE,
                    "subnets",
                    "subnet-1,subnet-2",
                    "endpoint",
                    ec2.endpoint().toString());
        }

        @Override
        List<String> requests() {
            return ec2.requests();
        }

        @Override
        void storm(long seed) {
            model.faults().random(seed, 0.1, 0.05, 0.05);
            ec2.storm(
                    seed,
                    0.15,
                    WireFault.LOST_BEFORE,
                    WireFault.LOST_AFTER,
                    WireFault.PAGE_BEFORE,
                    WireFault.PAGE_AFTER,
                    WireFault.LOGIN_PAGE,
                    WireFault.CUT_SHORT,
                    WireFault.EMPTY,
                    WireFault.SILENT);
        }

        @Override
        void calm() {
            model.faults().none();
            ec2.storm(0, 0);
        }

        @Override
        public void close() {
            KEYS.keySet().forEach(System::clearProperty);
            ec2.close();
        }
    }

    private static final class Bce extends Cloud {
        private static final String INSTANCE = "i-standin";

        private final BceStandIn bce;

        Bce() {
            subnets("cn-bj-a", "sbn-1", "sbn-2");
            model.addInstance(new Instance(INSTANCE, "cn-bj-a", LIMIT));
            bce = new BceStandIn(model);
        }

        @Override
        String provider() {
            return "bce";
        }

        @Override
        Map<String, String> settings() {
            return Map.of(
                    "instance-id",
                    INSTANCE,
                    "vpc-id",
                    BceStandIn.VPC,
                    "zone",
                    "zoneA",
                    "subnets",
                    "sbn-1,sbn-2",
                    "security-groups",
                    "g-1",
                    "metadata",
                    "off",
                    "endpoint",
                    bce.endpoint().toString(),
                    "access-key-id",
                    BceStandIn.ACCESS_KEY_ID,
                    "secret-access-key",
                    BceStandIn.SECRET);
        }

        @Override
        List<String> requests() {
            return bce.requests();
        }

        @Override
        void storm(long seed) {
            bce.losing(Loss.values()).failing(Failure.values());
            model.faults().random(seed, 0.1, 0.1, 0.1);
        }

        @Override
        void calm() {
            model.faults().none();
        }

        @Override
        public void close() {
            bce.close();
        }
    }
}
