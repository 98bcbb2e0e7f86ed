using System.Buffers;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>Product quantization with codes as the scan wants them: two parts a byte at 4 bits, else one.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class ProductQuantizer : IQuantizer
{
    private const int RowsAtOnce = 256;

    /// <summary>A quantizer over codebooks.</summary>
    public ProductQuantizer(ProductCodebooks codebooks)
    {
        ArgumentNullException.ThrowIfNull(codebooks);
        Codebooks = codebooks;
        Blocks = codebooks.Bits == ProductCodebooks.BitsMin ? new NibbleBlocks(codebooks) : new ByteBlocks(codebooks);
    }

    /// <summary>What was trained.</summary>
    public ProductCodebooks Codebooks { get; }

    /// <inheritdoc/>
    public int Dimensions => Codebooks.Dimensions;

    /// <inheritdoc/>
    public int CodeBytes => IsPacked ? (Codebooks.Parts + 1) / 2 : Codebooks.Parts;

    /// <inheritdoc/>
    public bool IsUnbiased => false;

    /// <inheritdoc/>
    public IBlockLayout Blocks { get; }

    private bool IsPacked => Codebooks.Bits == ProductCodebooks.BitsMin;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code) => EncodeRows(row[..Dimensions], code);

    /// <inheritdoc/>
    public void EncodeRows(ReadOnlySpan<float> rows, Span<byte> codes)
    {
        if (!IsPacked)
        {
            Codebooks.Encode(rows, codes);
            return;
        }

        int parts = Codebooks.Parts;
        byte[] apart = ArrayPool<byte>.Shared.Rent(RowsAtOnce * parts);
        for (; rows.Length > 0; rows = rows[Math.Min(rows.Length, RowsAtOnce * Dimensions)..])
        {
            int count = Math.Min(RowsAtOnce, rows.Length / Dimensions);
            Codebooks.Encode(rows[..Math.Min(rows.Length, RowsAtOnce * Dimensions)], apart);
            for (int r = 0; r < count; r++)
            {
                Pack(apart.AsSpan(r * parts, parts), codes[..CodeBytes]);
                codes = codes[CodeBytes..];
            }
        }

        ArrayPool<byte>.Shared.Return(apart);
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        int length = Codebooks.PartDimensions;
        for (int part = 0; part < Codebooks.Parts; part++)
        {
            int number = IsPacked ? (code[part / 2] >> (4 * (part % 2))) & 15 : code[part];
            Codebooks.Codeword(part, number).CopyTo(row[(part * length)..]);
        }
    }

    /// <summary>A code of this quantizer from one of one byte for each part.</summary>
    /// <param name="apart">Parts bytes, each below 2^bits.</param>
    /// <param name="code"><see cref="CodeBytes"/> bytes.</param>
    public void Pack(ReadOnlySpan<byte> apart, Span<byte> code)
    {
        if (!IsPacked)
        {
            apart[..Codebooks.Parts].CopyTo(code);
            return;
        }

        for (int i = 0; i < apart.Length / 2; i++)
        {
            code[i] = (byte)(apart[2 * i] | (apart[(2 * i) + 1] << 4));
        }

        if (apart.Length % 2 != 0)
        {
            code[apart.Length / 2] = apart[^1];
        }
    }

    /// <summary>The code of one byte for each part from one of this quantizer.</summary>
    /// <param name="code"><see cref="CodeBytes"/> bytes.</param>
    /// <param name="apart">Parts bytes.</param>
    public void Unpack(ReadOnlySpan<byte> code, Span<byte> apart)
    {
        for (int part = 0; part < Codebooks.Parts; part++)
        {
            apart[part] = IsPacked ? (byte)((code[part / 2] >> (4 * (part % 2))) & 15) : code[part];
        }
    }
}
