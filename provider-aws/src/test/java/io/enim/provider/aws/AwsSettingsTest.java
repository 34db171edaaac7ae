package io.enim.provider.aws;

import static io.enim.provider.aws.Ec2TestFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.SettingsException;
import io.enim.provider.support.Ipv6Mode;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsSettingsTest {
    @Test
    void nothingSetIsAnInstanceWithItsOwnSubnetAndGroups() {
        AwsSettings settings = read(Map.of());
        assertThat(settings.subnets()).isEmpty();
        assertThat(settings.endpoint()).isEmpty();
        assertThat(settings.imdsEndpoint()).isEqualTo(URI.create("http://169.254.169.254"));
        assertThat(settings.ipv6()).isEqualTo(Ipv6Mode.AUTO);
        assertThat(settings.callTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void everySettingIsRead() {
        AwsSettings settings = read(Map.ofEntries(
                Map.entry("instance-id", "i-0a"),
                Map.entry("region", "eu-west-1"),
                Map.entry("zone", "eu-west-1a"),
                Map.entry("subnets", "subnet-1, subnet-2"),
                Map.entry("subnet-tags", "role=pods"),
                Map.entry("security-groups", "sg-1"),
                Map.entry("tags", "team=net,cost=7"),
                Map.entry("network-cards", "1,0"),
                Map.entry("ipv6", "required"),
                Map.entry("endpoint", "https://ec2.example.com"),
                Map.entry("imds-endpoint", "http://127.0.0.1:1"),
                Map.entry("call-timeout", "250ms")));
        assertThat(settings.instanceId()).contains("i-0a");
        assertThat(settings.region()).contains("eu-west-1");
        assertThat(settings.zone()).contains("eu-west-1a");
        assertThat(settings.subnets()).containsExactly("subnet-1", "subnet-2");
        assertThat(settings.subnetTags()).containsExactly(Map.entry("role", "pods"));
        assertThat(settings.securityGroups()).containsExactly("sg-1");
        assertThat(settings.tags()).containsOnly(Map.entry("team", "net"), Map.entry("cost", "7"));
        assertThat(settings.networkCards()).containsExactly(1, 0);
        assertThat(settings.ipv6()).isEqualTo(Ipv6Mode.REQUIRED);
        assertThat(settings.endpoint()).contains(URI.create("https://ec2.example.com"));
        assertThat(settings.callTimeout()).isEqualTo(Duration.ofMillis(250));
    }

    @ParameterizedTest
    @CsvSource({
        "instance-id, eni-1",
        "subnets, 'subnet-1,subnet-1'",
        "subnets, vpc-1",
        "subnet-tags, role",
        "tags, 'aws:x=1'",
        "tags, 'enim:node=other'",
        "tags, 'a=1,a=2'",
        "network-cards, first",
        "ipv6, maybe",
        "endpoint, ec2.example.com",
        "endpoint, ftp://ec2.example.com",
        "endpoint, https://user:pass@ec2.example.com",
        "imds-endpoint, 'not an address'",
        "call-timeout, 0s",
        "call-timeout, ten"
    })
    void aBadValueNamesItsKey(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.key()).isEqualTo("enim.provider.aws." + key))
                .message()
                .doesNotContain("user:pass");
    }

    @Test
    void anUnknownKeyIsRefusedByNameAndItsValueIsNotShown() {
        assertThatThrownBy(() -> read(Map.of("secret-key", "hunter2")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("enim.provider.aws.secret-key")
                .message()
                .doesNotContain("hunter2");
    }
}
