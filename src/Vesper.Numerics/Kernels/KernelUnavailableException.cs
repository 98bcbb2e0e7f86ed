namespace Vesper.Numerics.Kernels;

/// <summary>
/// The environment forces a kernel that does not exist or that this processor cannot run; lists those that it can.
/// </summary>
public sealed class KernelUnavailableException(string message) : NotSupportedException(message);
