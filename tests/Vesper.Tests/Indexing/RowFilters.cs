using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing;

/// <summary>A filter that is a bitmap.</summary>
internal sealed class BitmapFilter(BitSet bitmap) : IOrdinalFilter
{
    public int Estimate { get; } = bitmap.Count();

    public BitSet? Bitmap { get; } = bitmap;

    /// <summary>About a share of the rows, at least one when there are any.</summary>
    public static BitmapFilter Share(Random random, int rows, double share)
    {
        var bitmap = new BitSet(rows);
        for (var i = 0; i < rows; i++)
        {
            if (random.NextDouble() < share)
            {
                bitmap.Add(i);
            }
        }

        if (rows > 0)
        {
            bitmap.Add(random.Next(rows));
        }

        return new BitmapFilter(bitmap);
    }

    public bool Contains(Ordinal ordinal) => Bitmap!.Contains(ordinal.Value);
}

/// <summary>A filter that can only be asked row by row.</summary>
internal sealed class RowFilter(Func<int, bool> passes) : IOrdinalFilter
{
    public int Estimate => 0;

    public BitSet? Bitmap => null;

    public bool Contains(Ordinal ordinal) => passes(ordinal.Value);
}
