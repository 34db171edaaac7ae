@NullMarked
package io.enim.provider.fake;

import org.jspecify.annotations.NullMarked;
