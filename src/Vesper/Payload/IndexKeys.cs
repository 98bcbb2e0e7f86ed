using System.Diagnostics;

namespace Vesper.Payloads;

/// <summary>
/// Maps the values of integer, float and datetime indexes to signed 64-bit keys of the same order, and bounds to keys
/// so
/// that a key lies within the mapped bounds exactly when its value lies within the given ones.
/// </summary>
internal static class IndexKeys
{
    private const double IntegerEnd = 9223372036854775808.0;

    /// <summary>The key of a number that the index type holds; false when it does not hold it.</summary>
    public static bool TryKey(PayloadIndexType type, NumericValue value, out long key)
    {
        if (type == PayloadIndexType.Integer)
        {
            key = value.IsInteger ? value.Integer : 0;
            return value.IsInteger;
        }

        Debug.Assert(type == PayloadIndexType.Float, "only two types hold numbers");
        var held = value.TryGetExactFloat(out var real);
        key = held ? FloatKey(real) : 0;
        return held;
    }

    /// <summary>The keys of a range of numbers.</summary>
    public static KeyRange Range(PayloadIndexType type, RangeBounds<NumericValue> bounds)
    {
        var (low, high) = (long.MinValue, long.MaxValue);
        var empty = false;
        Narrow(bounds.Gt, isLower: true, open: true);
        Narrow(bounds.Gte, isLower: true, open: false);
        Narrow(bounds.Lt, isLower: false, open: true);
        Narrow(bounds.Lte, isLower: false, open: false);
        return empty ? new KeyRange(1, 0) : new KeyRange(low, high);

        void Narrow(NumericValue? bound, bool isLower, bool open)
        {
            if (bound is { } value)
            {
                var found = type == PayloadIndexType.Integer
                    ? TryIntegerBound(value, isLower, open, out var key)
                    : TryFloatBound(value, isLower, open, out key);
                empty |= !found;
                low = isLower ? Math.Max(low, key) : low;
                high = isLower ? high : Math.Min(high, key);
            }
        }
    }

    /// <summary>The keys of a range of UTC ticks.</summary>
    public static KeyRange Range(RangeBounds<long> ticks)
    {
        // Ticks lie between 0 and the year 9999, so one more or less does not overflow.
        var low = Math.Max(ticks.Gte ?? long.MinValue, ticks.Gt + 1 ?? long.MinValue);
        var high = Math.Min(ticks.Lte ?? long.MaxValue, ticks.Lt - 1 ?? long.MaxValue);
        return new KeyRange(low, high);
    }

    /// <summary>A float's bits, arranged to order as it does.</summary>
    public static long FloatKey(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }

    /// <summary>The float of a key.</summary>
    public static double FloatOfKey(long key) => BitConverter.Int64BitsToDouble(key ^ ((key >> 63) & long.MaxValue));

    // The integer nearest to the bound that is inside the range; false when there is none.
    private static bool TryIntegerBound(NumericValue bound, bool isLower, bool open, out long key)
    {
        if (bound.IsInteger)
        {
            key = bound.Integer;
            var last = isLower ? long.MaxValue : long.MinValue;
            if (open && key != last)
            {
                key += isLower ? 1 : -1;
                return true;
            }

            return !open;
        }

        var real = bound.Float;
        if (real >= IntegerEnd)
        {
            key = long.MaxValue;
            return !isLower;
        }

        if (real < -IntegerEnd)
        {
            key = long.MinValue;
            return isLower;
        }

        key = (long)(isLower ? Math.Ceiling(real) : Math.Floor(real));
        return true;
    }

    // The float nearest to the bound that is inside the range.
    private static bool TryFloatBound(NumericValue bound, bool isLower, bool open, out long key)
    {
        var real = bound.Float;
        var side = NumericValue.Of(real).CompareTo(bound);
        var outside = isLower ? side < 0 : side > 0;
        if (outside || (side == 0 && open))
        {
            real = isLower ? Math.BitIncrement(real) : Math.BitDecrement(real);
        }

        key = FloatKey(real);
        return true;
    }
}
