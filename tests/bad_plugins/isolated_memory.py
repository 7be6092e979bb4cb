"""It takes all the memory that it can get while it is imported.

$ ferbench run --model bad --dataset pictures --isolate --memory-limit 400
exit 2: MemoryError
"""

CONTENT = [bytearray(2**20) for _ in range(2**14)]
