@NullMarked
package io.enim.provider.fake.region;

import org.jspecify.annotations.NullMarked;
