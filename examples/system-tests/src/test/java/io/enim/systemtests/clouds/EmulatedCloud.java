package io.enim.systemtests.clouds;

import io.enim.Cidr;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.emulator.bce.BceEmulator;
import io.enim.emulator.bce.CallFailure;
import io.enim.emulator.ec2.Ec2Emulator;
import io.enim.emulator.ec2.WireFault;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.Latencies;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A vendor's cloud with its real wire, in time that the test moves. */
abstract class EmulatedCloud implements AutoCloseable {
    /** How many ENIs an instance takes, besides its own interface. */
    static final int LIMIT = 8;

    static final Latencies SLOW = new Latencies(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(4));

    final ManualClock clock = new ManualClock();
    final SimulatedRegion model = new SimulatedRegion(clock).latencies(SLOW);
    final String instanceId;

    final String provider;

    /** Two subnets, of which the first is the smallest block that leaves some addresses, and the instance. */
    private EmulatedCloud(String provider, String instanceId, String zone, String first, String second) {
        this.provider = provider;
        this.instanceId = instanceId;
        model.addSubnet(new Subnet(first, zone, Optional.of(Cidr.parse("10.0.1.0/29")), Optional.empty()))
                .addSubnet(new Subnet(
                        second,
                        zone,
                        Optional.of(Cidr.parse("10.0.2.0/24")),
                        Optional.of(Cidr.parse("2001:db8:2::/64"))))
                .addInstance(new Instance(instanceId, zone, LIMIT));
    }

    /** A cloud by the name of its provider. */
    static EmulatedCloud of(String provider) {
        return switch (provider) {
            case "aws" -> new Aws();
            case "bce" -> new Bce();
            default -> throw new IllegalArgumentException(provider);
        };
    }

    /** The provider's own settings. */
    abstract Map<String, String> settings();

    /** All requests so far. */
    abstract List<String> requests();

    /** From now on requests are throttled, fail and get lost in every way, by chance. */
    abstract void storm(long seed);

    /** Ends the storm. */
    abstract void calm();

    @Override
    public abstract void close();

    private static final class Aws extends EmulatedCloud {
        private static final String INSTANCE = "i-0a1b2c3d";
        private static final String ZONE = Ec2Emulator.REGION + "a";
        private static final Map<String, String> KEYS =
                Map.of("aws.accessKeyId", Ec2Emulator.ACCESS_KEY_ID, "aws.secretAccessKey", Ec2Emulator.SECRET);

        private final Ec2Emulator ec2;

        Aws() {
            super("aws", INSTANCE, ZONE, "subnet-1", "subnet-2");
            ec2 = new Ec2Emulator(model);
            KEYS.forEach(System::setProperty);
        }

        @Override
        Map<String, String> settings() {
            return Map.of(
                    "instance-id",
                    INSTANCE,
                    "region",
                    Ec2Emulator.REGION,
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
            ec2.injectRandomly(
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
            ec2.injectRandomly(0, 0);
        }

        @Override
        public void close() {
            KEYS.keySet().forEach(System::clearProperty);
            ec2.close();
        }
    }

    private static final class Bce extends EmulatedCloud {
        private static final String INSTANCE = "i-emulated";

        private final BceEmulator bce;

        Bce() {
            super("bce", INSTANCE, "cn-bj-a", "sbn-1", "sbn-2");
            bce = new BceEmulator(model);
        }

        @Override
        Map<String, String> settings() {
            return Map.of(
                    "instance-id",
                    INSTANCE,
                    "vpc-id",
                    BceEmulator.VPC,
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
                    BceEmulator.ACCESS_KEY_ID,
                    "secret-access-key",
                    BceEmulator.SECRET);
        }

        @Override
        List<String> requests() {
            return bce.requests();
        }

        @Override
        void storm(long seed) {
            bce.loseAnswersBy(AnswerLoss.values()).failCallsBy(CallFailure.values());
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
