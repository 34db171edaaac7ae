package io.enim.provider.aws;

import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Puts an adapter together from its settings. */
final class AwsClouds {
    private AwsClouds() {}

    /** With the SDK's default chain of credentials. May block on the network. */
    static EniCloud open(Map<String, String> settings, Mark mark, Clock clock) {
        return open(
                AwsSettings.parse(settings),
                DefaultCredentialsProvider.builder().build(),
                mark,
                clock);
    }

    /** Takes over the credentials. */
    static EniCloud open(AwsSettings settings, AwsCredentialsProvider credentials, Mark mark, Clock clock) {
        AwsNode node = AwsNode.resolve(settings);
        Ec2Connection connection = new Ec2Connection(settings, node.region(), credentials);
        return new AwsCloud(settings, node.identity(), mark, clock, connection.calls(), connection::close);
    }
}
