using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Scalar;
using Vesper.Numerics.Scoring;

namespace Vesper.Micro.Quantization;

/// <summary>
/// One block of 32 rows of scalar codes, in cache; times are of a row. Justifies the unchecked loads of
/// <c>ColumnKernel</c> and <c>ICodeLanes</c>: the baseline decodes each row and takes its dot product.
/// </summary>
public class ScalarScan
{
    private const int Dimensions = 128;
    private const int Rows = IBlockLayout.RowsPerBlock;

    private readonly MemoryScope _scope = new("micro");
    private readonly int[] _positions = new int[Rows];
    private readonly float[] _estimates = new float[Rows];
    private readonly float[] _decoded = new float[Dimensions];
    private readonly float[] _query = new float[Dimensions];
    private readonly List<IBlockScorer> _scorers = [];
    private NativeBuffer<byte> _block = null!;
    private IQuantizer _quantizer = null!;
    private byte[] _codes = null!;

    /// <summary>What an element becomes.</summary>
    [Params("byte", "nibble", "half", "float")]
    public string Code { get; set; } = "";

    /// <summary>Draws rows, and binds a scorer of each width.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        foreach (ref var value in _query.AsSpan())
        {
            value = random.NextSingle();
        }

        _quantizer = Quantizer(KernelTable.Current);
        _block = new NativeBuffer<byte>(_quantizer.Blocks.BlockBytes, _scope);
        _codes = new byte[Rows * _quantizer.CodeBytes];
        for (var row = 0; row < Rows; row++)
        {
            float[] elements = [.. _query.Select(_ => random.NextSingle())];
            var code = _codes.AsSpan(row * _quantizer.CodeBytes, _quantizer.CodeBytes);
            _quantizer.Encode(elements, code);
            _quantizer.Blocks.Write(_block.Slice(0, (int)_block.Length), row, code, row);
        }

        _scorers.AddRange(KernelTable.All.Select(table => Quantizer(table).Blocks.ScorerFor(_query, -2)));
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _block.Dispose();
        _scorers.ForEach(scorer => scorer.Dispose());
        _scorers.Clear();
    }

    /// <summary>Checked access: decode, then the pair kernel.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public float Decoded()
    {
        var dot = KernelTable.Current.NegatedDot;
        float sum = 0;
        for (var row = 0; row < Rows; row++)
        {
            _quantizer.Decode(_codes.AsSpan(row * _quantizer.CodeBytes, _quantizer.CodeBytes), _decoded);
            sum += 2 * dot.Distance(_query, _decoded);
        }

        return sum;
    }

    /// <summary>One code at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Scalar() => Scan(0);

    /// <summary>4 codes at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Bits128() => Scan(1);

    /// <summary>8 codes at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Bits256() => Scan(2);

    /// <summary>16 codes at a time.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public int Bits512() => Scan(3);

    private int Scan(int width) => _scorers[width].Scan(
        _block.Slice(0, (int)_block.Length), Rows, new ListTerms(0, 1), 0, _positions, _estimates);

    private IQuantizer Quantizer(KernelTable table)
    {
        float[] minima = [.. _query.Select(_ => 0f)];
        float[] steps = [.. _query.Select(_ => 1f / (Code == "byte" ? 255 : 15))];
        return Code switch
        {
            "byte" => new ScalarQuantizer(8, minima, steps, table),
            "nibble" => new ScalarQuantizer(4, minima, steps, table),
            "half" => new HalfQuantizer(Dimensions, table),
            _ => new FlatQuantizer(Dimensions, table),
        };
    }
}
