// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.SettingsException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;

/**
 * Where keys come from: the first source of the SDK's default chain that is set up, and that one alone.
 *
 * <p>The SDK's own chain goes on to the next source when one fails, or when the module that it needs is missing; it ends with the
 * role of the node. So a workload that was given a role of its own would act as the node, and only a line in a log would say so.
 */
enum CredentialsSource {
    /** Keys in system properties or in the environment. */
    KEYS,
    /** The role of a service account, as EKS gives it. */
    WEB_IDENTITY,
    /** A profile of the files in {@code ~/.aws}. */
    PROFILE,
    /** An agent beside the container, as of ECS and of EKS Pod Identity. */
    CONTAINER,
    /** The role of the instance. */
    NODE;

    private static final String STS =
            "software.amazon.awssdk.services.sts.internal.StsWebIdentityCredentialsProviderFactory";
    private static final Set<String> KEYS_OF_PROFILES = Set.of(
            "aws_access_key_id",
            "aws_secret_access_key",
            "credential_process",
            "credential_source",
            "login_session",
            "role_arn",
            "source_profile",
            "sso_account_id",
            "sso_session",
            "sso_start_url",
            "web_identity_token_file");

    /** The one that is set up in this process. Reads the files in {@code ~/.aws}. */
    static CredentialsSource choose() {
        String profile = ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
        return choose(
                SdkSystemSetting::getStringValue,
                isSource(
                        profile,
                        ProfileFile.defaultProfileFile().profile(profile).map(Profile::properties)));
    }

    static CredentialsSource choose(Function<SdkSystemSetting, Optional<String>> settings, boolean hasProfile) {
        if (isAnySet(settings, SdkSystemSetting.AWS_ACCESS_KEY_ID, SdkSystemSetting.AWS_SECRET_ACCESS_KEY)) {
            return KEYS;
        }
        if (isAnySet(settings, SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE)) {
            return WEB_IDENTITY;
        }
        if (hasProfile) {
            return PROFILE;
        }
        boolean isContainer = isAnySet(
                settings,
                SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
                SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI);
        return isContainer ? CONTAINER : NODE;
    }

    private static boolean isAnySet(Function<SdkSystemSetting, Optional<String>> settings, SdkSystemSetting... names) {
        return Set.of(names).stream()
                .anyMatch(name ->
                        settings.apply(name).filter(text -> !text.isBlank()).isPresent());
    }

    /**
     * Whether a profile says where keys come from, or should: one that was named and does not exist is an error.
     *
     * @param properties empty when it does not exist
     */
    static boolean isSource(String name, Optional<Map<String, String>> properties) {
        return properties
                .map(known -> known.keySet().stream().anyMatch(KEYS_OF_PROFILES::contains))
                .orElse(!name.equals("default"));
    }

    /**
     * Asks nothing yet.
     *
     * @throws SettingsException it needs a module that is not there
     */
    AwsCredentialsProvider provider() {
        return switch (this) {
            case KEYS ->
                AwsCredentialsProviderChain.of(
                        SystemPropertyCredentialsProvider.create(), EnvironmentVariableCredentialsProvider.create());
            case WEB_IDENTITY -> webIdentity();
            case PROFILE -> ProfileCredentialsProvider.create();
            case CONTAINER -> ContainerCredentialsProvider.builder().build();
            case NODE -> InstanceProfileCredentialsProvider.create();
        };
    }

    private static AwsCredentialsProvider webIdentity() {
        try {
            Class.forName(STS, false, CredentialsSource.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            String why =
                    "a service account's role needs the module software.amazon.awssdk:sts, which is not on the class"
                            + " path; add it. The node's role is not used in its place";
            throw new SettingsException(SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE.environmentVariable(), why, e);
        }
        return WebIdentityTokenFileCredentialsProvider.create();
    }
}
