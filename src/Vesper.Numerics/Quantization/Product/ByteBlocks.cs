using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Blocks of codes of one byte (5 to 8 bits): 32 bytes a part, slots s and s + 16 beside each other, as the screen
/// adds words of two bytes.
/// </summary>
internal sealed class ByteBlocks : ProductBlocks
{
    private const int PartBytes = IBlockLayout.RowsPerBlock;

    public ByteBlocks(ProductCodebooks codebooks)
        : this(codebooks, ScreenKernel.Widest(ScreenKernel.Bytes))
    {
    }

    internal ByteBlocks(ProductCodebooks codebooks, ScreenKernel kernel)
        : base(codebooks, kernel)
    {
    }

    public override int TableEntries => 256;

    public override int ScreenedParts => Codebooks.Parts;

    public override int BlockBytes => (((PartBytes * Codebooks.Parts) + 63) & ~63) + ScreenKernel.TermBytes;

    public override float Sum(ReadOnlySpan<float> tables, ReadOnlySpan<byte> block, int slot)
    {
        int codewords = Codebooks.Codewords, at = Place(slot);
        float sum = 0;
        for (; tables.Length >= codewords; tables = tables[codewords..], at += PartBytes)
        {
            sum += tables[block[at]];
        }

        return sum;
    }

    protected override void WriteCode(Span<byte> block, int slot, ReadOnlySpan<byte> code)
    {
        for (int part = 0; part < Codebooks.Parts; part++)
        {
            block[(PartBytes * part) + Place(slot)] = code[part];
        }
    }

    protected override void ReadCode(ReadOnlySpan<byte> block, int slot, Span<byte> code)
    {
        for (int part = 0; part < Codebooks.Parts; part++)
        {
            code[part] = block[(PartBytes * part) + Place(slot)];
        }
    }

    private static int Place(int slot) => (2 * (slot % 16)) + (slot / 16);
}
