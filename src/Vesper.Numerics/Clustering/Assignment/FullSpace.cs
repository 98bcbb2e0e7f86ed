using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>All dimensions: T(y) = y.</summary>
/// <remarks>Slack: half a unit in each column, and the rounding of the centring, ≤ u·|y| (u = 2⁻²⁴).</remarks>
internal sealed class FullSpace(ScreenFrame frame) : ScreenSpace(frame, frame.Mean.Length)
{
    /// <inheritdoc/>
    public override void Map(RowMatrix<float> rows, int start, int count, ScreenBlock block)
    {
        RowAddresses<float> addresses = rows.Addresses;
        var slack = (float)((RoundingSlack + 2 * Unit * LengthMax) * (1 + 1e-6));
        Span<float> centred = block.Centred.AsSpan(0, CodeStride);
        for (int i = 0; i < count; i++)
        {
            block.Fits[i] = IsInRange(Centre(addresses.Span(start + i, Dimensions), centred));
            if (block.Fits[i])
            {
                block.Norms[i] = Round(centred, block.Codes.AsSpan(i * CodeStride, CodeStride));
                block.Slacks[i] = slack;
            }
        }

        GC.KeepAlive(rows);
    }
}
