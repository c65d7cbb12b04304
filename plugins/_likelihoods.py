"""Densities in nats: of an example given its code, and of a code."""

from math import expm1, log, pi

from keras import ops


def bernoulli(x, x_logits):
    """-ln p of each value, x_hat = sigmoid(x_logits) being the probability of 1; finite for any logit."""
    return ops.softplus(x_logits) - x_logits * x


def gaussian(x, x_hat, variance):
    """-ln N(x; x_hat, variance) of each value."""
    return 0.5 * (ops.square(x - x_hat) / variance + ops.log(2 * pi * variance))


def discretised_logistic(x, x_hat, scale, levels, value_range):
    """-ln of the share of a logistic distribution about x_hat that falls to x's level, for each value.

    Levels lie evenly from one end of the range to the other, each with the values that are nearest to it; the two
    outermost have all that lies beyond them, so that the shares of all levels sum to 1.
    """
    low, high = value_range
    step = (high - low) / (levels - 1)
    level = ops.round((x - low) / step)
    upper = (low + (level + 0.5) * step - x_hat) / scale
    lower = upper - step / scale
    # sigmoid(upper) - sigmoid(lower) = sigmoid(upper) sigmoid(-lower) (1 - exp(lower - upper)): nothing cancels.
    inside = ops.log_sigmoid(upper) + ops.log_sigmoid(-lower) + log(-expm1(-step / scale))
    ends = ops.where(level < 0.5, ops.log_sigmoid(upper), ops.log_sigmoid(-lower))
    return -ops.where((level < 0.5) | (level > levels - 1.5), ends, inside)


def log_normal(z, mean=0.0, log_var=0.0, axes=1):
    """ln N(z; mean, exp(log_var)), summed over the last `axes`."""
    nats = -0.5 * (ops.square(z - mean) / ops.exp(log_var) + log_var + log(2 * pi))
    return ops.sum(nats, axis=last(axes))


def target(x, decoded):
    """x, with an axis for samples where what is decoded has one."""
    return x if len(decoded.shape) == len(x.shape) else ops.expand_dims(x, 1)


def over_values(values, out):
    """Sum over an example's values: (batch, ...) -> (batch,), (batch, samples, ...) -> (batch, samples)."""
    return ops.sum(values, axis=last(len(out["x"].shape) - 1))


def per_example(values, out):
    """Sum over an example's values, mean over its samples where it has several: (batch,)."""
    sums = over_values(values, out)
    return sums if len(sums.shape) == 1 else ops.mean(sums, axis=1)


def last(axes):
    return tuple(range(-axes, 0))


def negative_log_likelihood(out, likelihood, deviation, scale, levels):
    """-ln p(x | z) by the name of the density, (batch,), or (batch, samples).

    Raises:
        ValueError: the data's range is none that the density is for.
    """
    x = target(out["x"], out["x_hat"])
    if likelihood == "bernoulli":
        check_unit_range(out, "bernoulli")
        values = bernoulli(x, out["x_logits"])
    elif likelihood == "gaussian":
        values = gaussian(x, out["x_hat"], deviation**2)
    else:
        values = discretised_logistic(x, out["x_hat"], scale, levels, given_range(out))
    return over_values(values, out)


def log_weights(out, likelihood, deviation, scale, levels):
    """ln p(x | z) p(z) / q(z | x) of each sample of the code, (batch, samples)."""
    fit = -negative_log_likelihood(out, likelihood, deviation, scale, levels)
    z, mean, log_var = out["z"], out["z_mean"], out["z_log_var"]
    axes = len(mean.shape) - 1
    if len(z.shape) == len(mean.shape):
        z, fit = ops.expand_dims(z, 1), ops.expand_dims(fit, 1)
    posterior = log_normal(z, ops.expand_dims(mean, 1), ops.expand_dims(log_var, 1), axes)
    return fit + log_normal(z, axes=axes) - posterior


def check_unit_range(out, name):
    """Raise ValueError unless the data lie in [0, 1], where x may be a probability."""
    if out.get("value_range", (0, 1)) != (0, 1):
        raise ValueError(
            f"{name} needs data in [0, 1]; this data's range is {out['value_range']}: use mse or squared_error"
        )


def given_range(out):
    """The data's range; ValueError where it has none."""
    if out.get("value_range", (0, 1)) is None:
        raise ValueError("discretised_logistic needs data with a value range, whose ends are the outermost levels")
    return out.get("value_range", (0, 1))
