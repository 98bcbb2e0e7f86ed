using BenchmarkDotNet.Attributes;
using Vesper.Numerics.Quantization.Rotation;

namespace Vesper.Micro.Quantization;

/// <summary>
/// One Walsh–Hadamard transform. Justifies the unchecked loads of <c>Hadamard</c>, two stages a pass: the baseline is
/// the textbook's loop over spans.
/// </summary>
public class RotationCost
{
    private float[] _values = null!;

    /// <summary>Elements.</summary>
    [Params(128, 1024)]
    public int Size { get; set; }

    /// <summary>Zeros, which stay: transforms in place would grow without end.</summary>
    [GlobalSetup]
    public void Setup() => _values = new float[Size];

    /// <summary>Checked, one stage a pass, one element at a time.</summary>
    [Benchmark(Baseline = true)]
    public float Safe()
    {
        for (var stride = 1; stride < _values.Length; stride *= 2)
        {
            for (var start = 0; start < _values.Length; start += 2 * stride)
            {
                for (var i = start; i < start + stride; i++)
                {
                    (_values[i], _values[i + stride]) =
                        (_values[i] + _values[i + stride], _values[i] - _values[i + stride]);
                }
            }
        }

        return _values[0];
    }

    /// <summary>The engine's.</summary>
    [Benchmark]
    public float Vectors()
    {
        Hadamard.Transform(_values);
        return _values[0];
    }
}
