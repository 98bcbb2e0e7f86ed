namespace Vesper.Payloads;

/// <summary>Keys from low to high, both included; empty when low is above high.</summary>
internal readonly record struct KeyRange(long Low, long High)
{
    /// <summary>A range of one key for each, ascending.</summary>
    public static KeyRange[] Points(SortedSet<long> keys) => [.. keys.Select(static key => new KeyRange(key, key))];

    /// <summary>The ranges between the keys, ascending.</summary>
    public static KeyRange[] Gaps(SortedSet<long> keys)
    {
        var gaps = new List<KeyRange>();
        long? after = long.MinValue;
        foreach (var key in keys)
        {
            if (key > after)
            {
                gaps.Add(new KeyRange(after.Value, key - 1));
            }

            after = key < long.MaxValue ? key + 1 : null;
        }

        if (after is { } last)
        {
            gaps.Add(new KeyRange(last, long.MaxValue));
        }

        return [.. gaps];
    }
}
