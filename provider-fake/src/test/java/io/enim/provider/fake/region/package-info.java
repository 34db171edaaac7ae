@NullMarked
package io.enim.provider.fake.model;

import org.jspecify.annotations.NullMarked;
