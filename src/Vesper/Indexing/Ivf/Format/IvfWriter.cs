using System.Runtime.InteropServices;
using Vesper.Indexing.Ivf.Lists;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Ivf.Format;

/// <summary>Writes an inverted file as the bytes of a section (docs/formats/ivf.md).</summary>
internal sealed class IvfWriter
{
    private static readonly byte[] Zeros = new byte[64];

    private readonly SectionFileWriter _file;
    private readonly IvfIndex _index;
    private readonly bool[] _hasRemoved;

    private IvfWriter(SectionFileWriter file, IvfIndex index)
    {
        _file = file;
        _index = index;
        _hasRemoved = new bool[index.Lists.Count];
    }

    /// <summary>Writes all entries that were not removed, into the open, empty section. Nothing may be added
    /// meanwhile.</summary>
    public static void Write(SectionFileWriter file, IvfIndex index) => new IvfWriter(file, index).Write();

    private void Write()
    {
        var starts = CountEntries();
        var parameters = QuantizerParameters.Of(_index.Model.Quantizer);
        var header = parameters.Header(_index.Model, starts[^1]);
        Span<byte> bytes = stackalloc byte[IvfHeader.Bytes];
        header.Write(bytes);
        _file.Write(bytes);
        for (var list = 0; list < _index.Model.Centroids.Count; list++)
        {
            _file.Write(MemoryMarshal.AsBytes<float>(_index.Model.Centroids.Row(list)));
        }

        Pad();
        foreach (var floats in parameters.Floats)
        {
            _file.Write(MemoryMarshal.AsBytes(floats.Span));
        }

        Pad();
        _file.Write(MemoryMarshal.AsBytes<int>(starts));
        Pad();
        WriteOrdinals();
        Pad();
        WriteBlocks();
    }

    private int[] CountEntries()
    {
        var lists = _index.Lists;
        var starts = new int[lists.Count + 1];
        for (var list = 0; list < lists.Count; list++)
        {
            var removed = 0;
            foreach (var piece in lists.PiecesOf(list))
            {
                removed += piece.Ordinals.Count(ListPiece.Removed);
            }

            _hasRemoved[list] = removed > 0;
            starts[list + 1] = starts[list] + lists.LengthOf(list) - removed;
        }

        return starts;
    }

    private void WriteOrdinals()
    {
        var lists = _index.Lists;
        for (var list = 0; list < lists.Count; list++)
        {
            foreach (var piece in lists.PiecesOf(list))
            {
                if (!_hasRemoved[list])
                {
                    _file.Write(MemoryMarshal.AsBytes(piece.Ordinals));
                    continue;
                }

                var kept = piece.Ordinals.ToArray().Where(ordinal => ordinal != ListPiece.Removed).ToArray();
                _file.Write(MemoryMarshal.AsBytes<int>(kept));
            }
        }
    }

    private void WriteBlocks()
    {
        var lists = _index.Lists;
        var packer = new BlockPacker(_index.Model.Quantizer, _file);
        for (var list = 0; list < lists.Count; list++)
        {
            foreach (var piece in lists.PiecesOf(list))
            {
                // Pieces of a list but the last are whole blocks: they lie one behind the other as they are.
                if (!_hasRemoved[list])
                {
                    _file.Write(piece.Blocks);
                    continue;
                }

                packer.Add(piece);
            }

            packer.EndList();
        }
    }

    private void Pad()
    {
        var length = _file.SectionLength;
        _file.Write(Zeros.AsSpan(0, (int)(IvfLayout.Align(length) - length)));
    }

    /// <summary>Packs entries anew where some were removed.</summary>
    private sealed class BlockPacker(IQuantizer quantizer, SectionFileWriter file)
    {
        private readonly byte[] _block = new byte[quantizer.Blocks.BlockBytes];
        private readonly byte[] _code = new byte[quantizer.CodeBytes];
        private int _used;

        public void Add(ListPiece piece)
        {
            for (var i = 0; i < piece.Ordinals.Length; i++)
            {
                if (piece.Ordinals[i] == ListPiece.Removed)
                {
                    continue;
                }

                var term = piece.Read(i, quantizer.Blocks, _code);
                quantizer.Blocks.Write(_block, _used++, _code, term);
                if (_used == IBlockLayout.RowsPerBlock)
                {
                    EndList();
                }
            }
        }

        public void EndList()
        {
            if (_used > 0)
            {
                file.Write(_block);
                _block.AsSpan().Clear();
                _used = 0;
            }
        }
    }
}
