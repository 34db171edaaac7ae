package io.enim.provider.aws;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderSettings;
import java.time.Clock;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Puts an adapter together from its settings. */
final class AwsCloudFactory {
    private AwsCloudFactory() {}

    /** With the SDK's default chain of credentials. May block on the network. */
    static EniCloud open(ProviderSettings settings, OwnerTag ownerTag, Clock clock) {
        return open(
                AwsSettings.read(settings), DefaultCredentialsProvider.builder().build(), ownerTag, clock);
    }

    /** Takes over the credentials. */
    static EniCloud open(AwsSettings settings, AwsCredentialsProvider credentials, OwnerTag ownerTag, Clock clock) {
        AwsNode node = AwsNode.resolve(settings);
        Ec2Connection connection = new Ec2Connection(settings, node.region(), credentials);
        return new AwsCloud(settings, node.identity(), ownerTag, clock, connection.calls(), connection::close);
    }
}
